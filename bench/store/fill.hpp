// A gateway's database with as many tokens as a measurement needs: a million in half a minute. Bank
// and keys go through the store's own code; consents, codes and tokens are bulk_load's, in the
// shape that approve() and redeem() leave. Pages are fuller than in a database that grew, where
// digests come in random order: a first insert splits its page more often.
#pragma once

#include "fill_options.hpp"

namespace bench {

/// Makes the database, its key file and the lists in o.out, and checks that the store finds what
/// was written. Throws std::runtime_error. What is there already is not looked after: the caller's.
void fill(const fill_options& o);

}  // namespace bench
