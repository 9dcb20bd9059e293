#include "lists.hpp"

#include <fstream>
#include <stdexcept>

#include "bank_rows.hpp"
#include "crypto/random.hpp"
#include "progress.hpp"

namespace bench {

using namespace multipass;

namespace {

class output_file {
 public:
  output_file(const std::filesystem::path& folder, const char* name)
      : path_(folder / name), file_(path_) {}
  template <class... Parts>
  void line(const Parts&... parts) {
    (file_ << ... << parts) << '\n';
  }
  void close() {
    file_.close();
    if (!file_) throw std::runtime_error("cannot write " + path_.string());
  }

 private:
  const std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace

std::vector<digest> make_tokens(const server_key& key, const fill_options& o, bool expired) {
  const std::size_t count = expired ? o.expired : o.tokens;
  output_file texts(o.out, expired ? "expired.tokens" : "valid.tokens");
  std::vector<digest> digests;
  digests.reserve(count);
  progress shown(expired ? "expired tokens made" : "tokens made", count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string token = key.make_token();
    digests.push_back(sha256(token));
    texts.line(token);
    if (i % 1024 == 0) shown.reached(i);
  }
  shown.reached(count);
  texts.close();
  return digests;
}

std::vector<code_row> make_codes(const fill_options& o) {
  output_file texts(o.out, "codes");
  std::vector<code_row> rows;
  rows.reserve(o.codes);
  auto client = static_cast<std::int64_t>(o.tokens + o.expired);
  for (std::size_t i = 0; i < o.codes; ++i) {
    const std::string code = random_text(32);
    rows.push_back({sha256(code), ++client});
    texts.line(code, ' ', tpp_username, "__", client);
  }
  texts.close();
  return rows;
}

void write_credentials(const fill_options& o, const std::string& secret) {
  output_file credentials(o.out, "tpp");
  credentials.line(tpp_username, ' ', secret);
  credentials.close();
}

}  // namespace bench
