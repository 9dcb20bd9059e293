// Makes a database to measure with: see fill.hpp and --help.
#include <exception>
#include <iostream>

#include "fill.hpp"

namespace {

using bench::fill_options;

// Which of the files that it would make is there already; empty: none.
std::string already_there(const fill_options& o) {
  for (const char* const suffix : {"", ".key", "-wal"}) {
    std::string path = o.database.string() + suffix;
    if (std::filesystem::exists(path)) return path;
  }
  return {};
}

void remove_remains(const fill_options& o) {
  for (const char* const suffix : {"", ".key", "-wal", "-shm", ".lock"}) {
    std::error_code ignored;
    std::filesystem::remove(o.database.string() + suffix, ignored);
  }
}

int wrong_use(const std::string& what) {
  std::cerr << "fill_store: " << what << '\n';
  return 2;
}

int run(const fill_options& o) {
  if (const auto path = already_there(o); !path.empty()) {
    return wrong_use("--database: expected a file to make, and " + path + " exists already");
  }
  try {
    std::filesystem::create_directories(o.out.empty() ? "." : o.out);
    bench::fill(o);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "fill_store: " << e.what() << '\n';
  }
  remove_remains(o);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed = bench::parse_fill_options(argc, argv);
  if (const auto* const wrong = std::get_if<std::string>(&parsed)) return wrong_use(*wrong);
  if (const auto* const options = std::get_if<fill_options>(&parsed)) return run(*options);
  std::cout << bench::fill_usage;
  return 0;
}
