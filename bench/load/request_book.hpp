// Every request of a run, prebuilt: its text with holes where a token goes, the tokens, how often
// it is asked and what status is expected. Made once, immutable, shared by all workers.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/options.hpp"
#include "load/tally.hpp"
#include "load/token_picker.hpp"
#include "load/word_list.hpp"

namespace multipass::load {

/// The tokens of one kind, or the codes; `places` as token_picker wants it.
struct word_source {
  word_list words;
  std::shared_ptr<const std::vector<std::uint32_t>> places;
};

struct prebuilt_request {
  enum class hole { none, first_word, second_word };
  struct piece {
    std::string text;
    hole then = hole::none;
  };

  request_class labels;
  double weight = 1;
  std::vector<piece> pieces;
  const word_source* source = nullptr;  ///< none: nothing to fill in, or a token made at random
  pick_order order = pick_order::uniform;
};

class request_book {
 public:
  /// Reads the files that the options name. Throws usage_error when the options do not fit together
  /// and std::runtime_error when a file cannot be used.
  explicit request_book(const options& o);
  request_book(const request_book&) = delete;
  request_book& operator=(const request_book&) = delete;

  const std::vector<prebuilt_request>& requests() const noexcept { return requests_; }

 private:
  void add(const options& o, const weighted_name& request);
  void add_account_request(const options& o, const weighted_name& request, const char* path);
  void add_authorize(const options& o, const weighted_name& request);
  void add_single_use(const options& o, const weighted_name& request, const char* list,
                      std::vector<prebuilt_request::piece> pieces);
  const word_source* source_of(const options& o, const std::string& kind);

  std::string fields_;  // what each request's head has in common
  std::map<std::string, word_source> sources_;
  std::vector<prebuilt_request> requests_;
};

/// The length of the tokens that are made at random, as the gateway's own have it.
inline constexpr std::size_t token_length = 25;

/// Of a kind of tokens or of a request: what --expect says, or `usual`.
unsigned expected_status(const options& o, const std::string& name, unsigned usual);

struct tpp_credentials {
  std::string client_id, secret;
};
/// A file of two words: the TPP's client id and its secret.
tpp_credentials read_tpp_file(const std::string& file);
/// "/api/tpp/authorize?..." as that TPP asks.
std::string authorize_target(const options& o, const tpp_credentials& tpp);

}  // namespace multipass::load
