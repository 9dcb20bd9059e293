// What hashing costs an authorized request: SHA-256 of a 25-character token, against other ways
// OpenSSL offers for the same, and the keyed check that turns away guessed tokens. One block of
// SHA-256's compression function is the floor of the first, two of the second.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "crypto/server_key.hpp"
#include "multipass/digest.hpp"

namespace {

using namespace multipass;

constexpr std::string_view some_token = "gbOyNBXkxceJDGBsz9onYsXK5";

// Each call's input depends on the call before, so that the figure is the latency of one.
class changing_token {
 public:
  std::string_view text() const { return text_; }
  void depend_on(const digest& d) { text_[0] = static_cast<char>('a' + (d.bytes[0] & 15)); }

 private:
  std::string text_{some_token};
};

void sha256_block(benchmark::State& s) {
  std::array<unsigned char, SHA256_CBLOCK> block{};
  std::memcpy(block.data(), some_token.data(), some_token.size());
  SHA256_CTX context;
  SHA256_Init(&context);
  for (auto _ : s) SHA256_Transform(&context, block.data());  // each goes on from the one before
  benchmark::DoNotOptimize(context.h[0]);
}
BENCHMARK(sha256_block);

void sha256_of_token(benchmark::State& s) {
  changing_token token;
  for (auto _ : s) token.depend_on(sha256(token.text()));
}
BENCHMARK(sha256_of_token);

void evp_reused_context(benchmark::State& s) {
  const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm(
      EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  changing_token token;
  digest out;
  for (auto _ : s) {
    EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr);
    EVP_DigestUpdate(context.get(), token.text().data(), token.text().size());
    EVP_DigestFinal_ex(context.get(), out.bytes.data(), nullptr);
    token.depend_on(out);
  }
}
BENCHMARK(evp_reused_context);

void evp_fetched_once(benchmark::State& s) {
  const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm(
      EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free);
  changing_token token;
  digest out;
  for (auto _ : s) {
    EVP_Digest(token.text().data(), token.text().size(), out.bytes.data(), nullptr, algorithm.get(),
               nullptr);
    token.depend_on(out);
  }
}
BENCHMARK(evp_fetched_once);

void openssl_one_call(benchmark::State& s) {
  changing_token token;
  digest out;
  for (auto _ : s) {
    SHA256(reinterpret_cast<const unsigned char*>(token.text().data()), token.text().size(),
           out.bytes.data());
    token.depend_on(out);
  }
}
BENCHMARK(openssl_one_call);

void hmac_with_new_key(benchmark::State& s) {
  const std::string key(32, 'k');
  changing_token token;
  for (auto _ : s) token.depend_on(hmac(key, token.text()));
}
BENCHMARK(hmac_with_new_key);

void hmac_with_kept_key(benchmark::State& s) {
  const hmac_key key(std::string(32, 'k'));
  changing_token token;
  for (auto _ : s) token.depend_on(key.of(token.text()));
}
BENCHMARK(hmac_with_kept_key);

void may_be_token(benchmark::State& s) {
  const server_key key(std::string(32, 'k'));
  const std::string issued = key.make_token();
  const std::string guessed(25, 'x');
  const std::string& text = s.range(0) != 0 ? issued : guessed;
  for (auto _ : s) benchmark::DoNotOptimize(key.may_be_token(text));
}
BENCHMARK(may_be_token)->ArgName("issued")->Arg(0)->Arg(1);

void make_token(benchmark::State& s) {
  const server_key key(std::string(32, 'k'));
  for (auto _ : s) benchmark::DoNotOptimize(key.make_token());
}
BENCHMARK(make_token);

}  // namespace

BENCHMARK_MAIN();
