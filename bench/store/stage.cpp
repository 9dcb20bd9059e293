#include "stage.hpp"

#include <cstdlib>
#include <fstream>
#include <numeric>
#include <utility>

#include "fill.hpp"

namespace bench {

using namespace multipass;
using std::chrono::hours;

namespace {

constexpr std::size_t requests_per_second = 1000;  // of the time that the rows show

std::filesystem::path fresh_folder() {
  std::string name = std::filesystem::temp_directory_path() / "multipass-bench-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  return name;
}

std::vector<digest> digests_of_lines(const std::filesystem::path& file) {
  std::vector<digest> digests;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) digests.push_back(sha256(line));
  return digests;
}

template <class T>
T take_first(std::deque<T>& from) {
  T first = std::move(from.front());
  from.pop_front();
  return first;
}

}  // namespace

scratch_folder::scratch_folder() : path_(fresh_folder()) {}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

stage::stage(std::size_t batch) {
  fill_options o;
  o.database = database();
  o.out = folder_.path();
  o.tokens = stored_tokens;
  o.psus = 1000;
  fill(o);
  tokens_ = digests_of_lines(o.out / "valid.tokens");
  requests_ = stored_tokens;
  store_ = must(sqlite_store::open(database()));
  pool_ = must(store_pool::open(*store_, {.batch = batch}, changes_, metrics_));
  const auto key = must(load_server_key(database() + ".key", false));
  must(pool_->write_blocking([&](store_writer& w) -> result<void> {
    w.use_audit_key(key.audit_key());
    return {};
  }));
}

std::uint64_t stage::commits() const {
  const auto& buckets = metrics_.commit.buckets;
  const auto add = [](std::uint64_t sum, const auto& bucket) { return sum + bucket.load(); };
  return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0}, add);
}

timestamp stage::now() const {
  static const timestamp begun = system_clock().now();
  return begun + std::chrono::seconds(requests_ / requests_per_second);
}

authorization stage::new_request() {
  authorization a;
  a.handle = sha256("handle " + std::to_string(++requests_));
  a.tpp = tpp_id{1};
  a.scopes = scope_set::all();
  a.redirect_uri = "http://127.0.0.1:9090/callback";
  a.expires_at = now() + hours(1);
  return a;
}

void stage::approve_one(store_writer& w) {
  const authorization asked = new_request();
  const auto client = must(w.add_authorization(asked, now()));
  const approval yes{.handle = asked.handle,
                     .owner = psu_id{1},
                     .scopes = scope_set::all(),
                     .accounts = {account_id{first_account_id}},
                     .code = sha256("code " + std::to_string(requests_)),
                     .now = now(),
                     .code_expires_at = now() + hours(24),
                     .consent_expires_at = now() + hours(24 * 180)};
  must(w.approve(yes));
  codes_.push_back({.code = yes.code,
                    .tpp_username = tpp_username,
                    .client_number = client,
                    .secret = {},
                    .verifier_challenge = {},
                    .token = sha256("token " + std::to_string(requests_)),
                    .now = now(),
                    .token_expires_at = now() + hours(24 * 3650)});
}

void stage::redeem_one(store_writer& w) {
  approve_one(w);
  const redemption r = std::exchange(codes_.back(), {});
  codes_.pop_back();
  if (must(w.redeem(r)).what != redeemed::outcome::issued) throw std::runtime_error("not issued");
  revocable_.push_back(r.token);
}

void stage::prepare_codes(std::size_t n) {
  must(pool_->write_blocking([this, n](store_writer& w) -> result<void> {
    for (std::size_t i = 0; i < n; ++i) approve_one(w);
    return {};
  }));
  settle();
}

void stage::prepare_tokens(std::size_t n) {
  must(pool_->write_blocking([this, n](store_writer& w) -> result<void> {
    for (std::size_t i = 0; i < n; ++i) redeem_one(w);
    return {};
  }));
  settle();
}

// The pool answers first and tidies up then; what preparing left must not be measured. Whoever is
// answered next came after it.
void stage::settle() {
  must(pool_->write_blocking(single_write(&store_writer::set_setting, "bench", "settled")));
}

redemption stage::next_code() {
  return take_first(codes_);
}

digest stage::next_token() {
  return take_first(revocable_);
}

}  // namespace bench
