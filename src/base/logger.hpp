// One JSON object per line, to the sink the embedder passed. Fields are given by name, so that what
// is logged is chosen, never whatever happened to be in a request: no secret has a way in.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "multipass/clock.hpp"
#include "multipass/log.hpp"

namespace multipass {

class logger {
 public:
  using field = std::pair<std::string_view, std::string_view>;

  logger(log_level least, log_sink sink, const clock& wall);

  /// {"time":"2026-01-31T12:00:00Z","level":"info","event":event, fields...}. Any thread.
  void write(log_level level, std::string_view event, std::initializer_list<field> fields) const;

  bool enabled(log_level level) const { return sink_ && level >= least_; }

 private:
  log_level least_;
  log_sink sink_;
  const clock& clock_;
};

}  // namespace multipass
