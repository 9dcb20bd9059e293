// Who goes first when there is more to do than processors to do it: the event loops, which answer
// from memory. Threads that do slow work for them (store, password hashing) give way.
#pragma once

#include <sys/resource.h>

namespace multipass {

/// For the calling thread, for good. On Linux the nice value is a thread's own (setpriority(2),
/// "C library/kernel differences"); 15 leaves it about a thirtieth of a processor that it has to
/// share, and all of one that is free. Raising it needs no privilege.
inline void give_way() noexcept {
  ::setpriority(PRIO_PROCESS, 0, 15);
}

}  // namespace multipass
