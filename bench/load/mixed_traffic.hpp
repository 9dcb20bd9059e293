// Independent requests, drawn at random from the request book by their weights.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "load/pacing.hpp"
#include "load/random_source.hpp"
#include "load/request_book.hpp"
#include "load/token_picker.hpp"
#include "load/traffic.hpp"

namespace multipass::load {

class mixed_traffic final : public traffic {
 public:
  mixed_traffic(const options& o, const request_book& book, unsigned part);

  void begin(nanos start, nanos end) override { pace_.begin(start, end); }
  void stop(nanos now) override { pace_.stop(now); }
  bool due(listener to, nanos now) override;
  ticket next(listener to, nanos now, std::string& out) override;
  nanos next_due(nanos now) const override { return drawn_ ? pace_.next(now) : never; }
  bool over(nanos now) const override { return !drawn_ || pace_.over(now); }
  void answered(const ticket&, const answer&, bool, nanos) override {}
  void lost(const ticket&) override {}
  void give_up(nanos now, recorder& record) override;
  std::string ended_early() const override;

 private:
  struct drawn_request {
    std::size_t number;  // in the book
    std::size_t row;     // of its source
  };
  void draw();
  void append_random_token(std::string& out);

  const std::vector<prebuilt_request>& requests_;
  std::vector<double> shares_;  // cumulative, of 1
  std::vector<token_picker> pickers_;
  random_source random_;
  pacing pace_;
  std::optional<drawn_request> drawn_;  // the next one; none: a list of single use has run out
};

}  // namespace multipass::load
