// The program without its main(): arguments in, exit code out, so that tests can run it.
#pragma once

#include <atomic>
#include <iosfwd>
#include <string>
#include <vector>

namespace multipass::load {

/// 0: every answer as expected (or --allow-errors); 1: not so, or the run failed; 2: wrong usage.
int run_program(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err,
                const std::atomic<bool>& interrupted);

}  // namespace multipass::load
