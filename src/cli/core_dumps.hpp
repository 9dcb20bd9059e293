// A process that dies must not leave its memory behind: in it are the server's key, the admin key
// and the messages of the moment with their tokens and passwords. Linux only. The program's choice,
// not the library's: an embedder decides for its own process.
#pragma once

namespace multipass::cli {

/// No core file, no copy for a crash collector, no ptrace and no reading of /proc/<pid>/mem by
/// other processes of the same user; root with CAP_SYS_PTRACE can still attach a debugger. Lasts
/// until the next exec. Not for programs built with AddressSanitizer, whose leak check traces its
/// own process.
void forbid_core_dumps() noexcept;

}  // namespace multipass::cli
