#include "load/request_book.hpp"

#include <sstream>
#include <stdexcept>
#include <utility>

#include "load/url.hpp"

namespace multipass::load {
namespace {

using hole = prebuilt_request::hole;

// A token that is refused is refused before anybody looks at the account: any will do.
std::string account_for(const options& o, const request_class& c) {
  if (!o.account.empty()) return percent_encode(o.account);
  if (c.expected == 401) return "1";
  throw usage_error("--account: expected an account id for " + c.request +
                    ", or one behind each token in the file of --tokens " + c.kind);
}

const std::string end_of_head = "\r\nContent-Length: 0\r\n\r\n";

}  // namespace

request_book::request_book(const options& o) : fields_(" HTTP/1.1\r\nHost: " + o.to.written) {
  for (const auto& r : o.requests) add(o, r);
}

void request_book::add(const options& o, const weighted_name& request) {
  if (request.name == "accounts") {
    add_account_request(o, request, "/api/tpp/accounts");
  } else if (request.name == "account") {
    add_account_request(o, request, "/api/tpp/account");
  } else if (request.name == "balance") {
    add_account_request(o, request, "/api/tpp/account/balance");
  } else if (request.name == "authorize") {
    add_authorize(o, request);
  } else if (request.name == "token") {
    add_single_use(o, request, "codes",
                   {{"POST /api/client/token?accessCode=", hole::first_word},
                    {"&clientId=", hole::second_word},
                    {fields_ + end_of_head}});
  } else if (request.name == "revoke") {
    add_single_use(o, request, "revoke",
                   {{"POST /api/client/token/revoke?accessToken=", hole::first_word},
                    {fields_ + end_of_head}});
  } else {
    throw usage_error(
        "--request: expected accounts, account, balance, authorize, token or revoke, got \"" +
        request.name + "\"");
  }
}

void request_book::add_account_request(const options& o, const weighted_name& request,
                                       const char* path) {
  const bool of_one = request.name != "accounts";
  for (const auto& kind : o.mix) {
    prebuilt_request r;
    r.source = source_of(o, kind.name);
    r.labels = {request.name, kind.name,
                expected_status(o, kind.name, kind.name == "valid" ? 200 : 401)};
    r.weight = request.weight * kind.weight;
    r.order = o.pick;
    std::string target = std::string("POST ") + path + (of_one ? "?accountId=" : "");
    if (of_one && o.account.empty() && r.source != nullptr && r.source->words.has_pairs()) {
      r.pieces.push_back({std::exchange(target, {}), hole::second_word});
    } else if (of_one) {
      target += account_for(o, r.labels);
    }
    r.pieces.push_back({target + fields_ + "\r\nAuthorization: Bearer ", hole::first_word});
    r.pieces.push_back({end_of_head});
    requests_.push_back(std::move(r));
  }
}

void request_book::add_authorize(const options& o, const weighted_name& request) {
  if (o.tpp_file.empty()) throw usage_error("--tpp-file: expected for --request authorize");
  prebuilt_request r;
  r.labels = {request.name, request.name, expected_status(o, request.name, 200)};
  r.weight = request.weight;
  r.pieces.push_back(
      {"POST " + authorize_target(o, read_tpp_file(o.tpp_file)) + fields_ + end_of_head});
  requests_.push_back(std::move(r));
}

// Codes and the tokens to be revoked: each is good for one request.
void request_book::add_single_use(const options& o, const weighted_name& request, const char* list,
                                  std::vector<prebuilt_request::piece> pieces) {
  const bool is_code = request.name == "token";
  if (is_code && o.codes_file.empty()) {
    throw usage_error("--codes: expected a file with a code and its client id on each line");
  }
  if (is_code) sources_.try_emplace(list, word_source{word_list::read(o.codes_file), nullptr});
  const auto* const source = source_of(o, list);
  if (source == nullptr) {
    throw usage_error("--tokens: revoke=FILE is expected: the tokens that may be revoked");
  }
  if (is_code && !source->words.has_pairs()) {
    throw std::runtime_error(o.codes_file +
                             ": expected a code, a blank and its client id on each line");
  }
  requests_.push_back({{request.name, request.name, expected_status(o, request.name, 200)},
                       request.weight,
                       std::move(pieces),
                       source,
                       pick_order::once});
}

// nullptr: tokens of that kind are made at random.
const word_source* request_book::source_of(const options& o, const std::string& kind) {
  if (const auto known = sources_.find(kind); known != sources_.end()) return &known->second;
  for (const auto& [name, file] : o.tokens) {
    if (name != kind) continue;
    word_source source{word_list::read(file), nullptr};
    if (o.pick == pick_order::zipf) {
      source.places = std::make_shared<const std::vector<std::uint32_t>>(
          random_permutation(source.words.size(), o.seed));
    }
    return &sources_.emplace(kind, std::move(source)).first->second;
  }
  if (kind == "unknown" || kind == "revoke") return nullptr;
  throw usage_error("--tokens: expected " + kind + "=FILE, as --mix asks for such tokens");
}

unsigned expected_status(const options& o, const std::string& name, unsigned usual) {
  for (const auto& [of, status] : o.expected) {
    if (of == name) return status;
  }
  return usual;
}

tpp_credentials read_tpp_file(const std::string& file) {
  std::istringstream words(read_file(file));
  tpp_credentials tpp;
  words >> tpp.client_id >> tpp.secret;
  if (tpp.secret.empty()) throw std::runtime_error(file + ": expected a client id and a secret");
  return tpp;
}

std::string authorize_target(const options& o, const tpp_credentials& tpp) {
  return "/api/tpp/authorize?username=" + percent_encode(tpp.client_id) +
         "&secret=" + percent_encode(tpp.secret) + "&scope=" + percent_encode(o.scope) +
         "&redirect_uri=" + percent_encode(o.redirect_uri);
}

}  // namespace multipass::load
