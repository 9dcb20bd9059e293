// The program around the library: it finds the command and turns its outcome into an exit code
// (0 done, 1 refused, 2 wrong usage or no start).
#include <exception>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/core_dumps.hpp"

int main(int argc, char** argv) {
  multipass::cli::forbid_core_dumps();  // before any secret is read
  try {
    return multipass::cli::run_program(multipass::cli::all_commands(), {argv + 1, argv + argc});
  } catch (const std::exception& e) {
    std::cerr << "multipass: " << e.what() << '\n';
    return 2;
  }
}
