#include "load/mixed_traffic.hpp"

#include <algorithm>

namespace multipass::load {

mixed_traffic::mixed_traffic(const options& o, const request_book& book, unsigned part)
    : requests_(book.requests()), random_(~o.seed - part), pace_(o, part) {
  double sum = 0;
  for (const auto& r : requests_) sum += r.weight;
  double share = 0;
  for (const auto& r : requests_) {
    share += r.weight / sum;
    shares_.push_back(share);
    const bool has_words = r.source != nullptr;
    pickers_.emplace_back(r.order, o.theta, has_words ? r.source->words.size() : 0, part, o.threads,
                          has_words ? r.source->places : nullptr);
  }
  draw();
}

bool mixed_traffic::due(listener to, nanos now) {
  return to == listener::gateway && drawn_ && pace_.due(now);
}

ticket mixed_traffic::next(listener, nanos now, std::string& out) {
  const auto& r = requests_[drawn_->number];
  const auto words = r.source != nullptr ? r.source->words[drawn_->row] : word_list::row{};
  for (const auto& piece : r.pieces) {
    out += piece.text;
    switch (piece.then) {
      case prebuilt_request::hole::none:
        break;
      case prebuilt_request::hole::first_word:
        if (r.source != nullptr) {
          out += words.first;
        } else {
          append_random_token(out);
        }
        break;
      case prebuilt_request::hole::second_word:
        out += words.second;
        break;
    }
  }
  ticket t;
  t.intended = pace_.take(now);
  t.request_class = static_cast<std::uint32_t>(drawn_->number);
  draw();
  return t;
}

void mixed_traffic::draw() {
  const double point = random_.unit();
  std::size_t number = 0;
  while (number + 1 < shares_.size() && point >= shares_[number]) ++number;
  if (requests_[number].source == nullptr) {
    drawn_ = drawn_request{number, 0};
    return;
  }
  const auto row = pickers_[number].next(random_);
  drawn_ = row ? std::optional(drawn_request{number, *row}) : std::nullopt;
}

void mixed_traffic::append_random_token(std::string& out) {
  static constexpr std::string_view alphabet =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < token_length; ++i) {
    if (i % 10 == 0) bits = random_.next();  // 62^10 is below 2^64
    out += alphabet[bits % alphabet.size()];
    bits /= alphabet.size();
  }
}

void mixed_traffic::give_up(nanos now, recorder& record) {
  while (drawn_ && pace_.due(now)) record.unsent(pace_.take(now), now);
}

std::string mixed_traffic::ended_early() const {
  return drawn_ ? "" : "the codes or tokens that are good for one request ran out";
}

}  // namespace multipass::load
