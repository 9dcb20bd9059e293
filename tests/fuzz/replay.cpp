// replay TARGET FOLDER: runs a target over each file of its corpus, without libFuzzer. A find ends
// the process; the file that was being read is named before.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string_view>
#include <vector>

#include "fuzz/target.hpp"

namespace {

const std::map<std::string_view, multipass::fuzz::target> targets{
    {"request", multipass::fuzz::fuzz_request},
    {"parameters", multipass::fuzz::fuzz_parameters},
    {"bearer", multipass::fuzz::fuzz_bearer},
    {"json", multipass::fuzz::fuzz_json},
    {"networks", multipass::fuzz::fuzz_networks},
    {"import_file", multipass::fuzz::fuzz_import_file},
    {"proxy_header", multipass::fuzz::fuzz_proxy_header},
    {"forwarded", multipass::fuzz::fuzz_forwarded},
    {"client_cert", multipass::fuzz::fuzz_client_cert},
    {"certificate", multipass::fuzz::fuzz_certificate},
};

}  // namespace

int main(int count, char** arguments) {
  const auto target = targets.find(count == 3 ? arguments[1] : "");
  if (target == targets.end()) {
    std::fputs("usage: replay TARGET FOLDER\n", stderr);
    return 2;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(arguments[2])) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    std::printf("%s\n", path.filename().c_str());
    std::fflush(stdout);
    std::ifstream file(path, std::ios::binary);
    // A vector and not a string: nothing readable stands behind its last byte.
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    target->second({bytes.data(), bytes.size()});
  }
  return files.empty() ? 1 : 0;
}
