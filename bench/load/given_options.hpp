// The options that stand on a command line. Each is read with its own words about what is expected,
// so that a mistake gets one line that names the option.
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "load/address.hpp"
#include "load/clock.hpp"

namespace multipass::load {

/// Throws usage_error: "--option: expected ...".
[[noreturn]] void refuse(const std::string& option, const std::string& expected);

/// Each reading function leaves its target alone when the option is not given.
class given_options {
 public:
  /// Throws usage_error for what is unknown, repeated or without its value.
  explicit given_options(const std::vector<std::string>& arguments);

  bool has(const std::string& name) const { return values_.contains(name); }
  /// Given, and once.
  std::string one(const std::string& name) const { return values_[name].as<std::string>(); }
  /// Of an option that may be repeated.
  std::vector<std::string> all(const std::string& name) const;

  void text(const std::string& name, std::string& into) const;
  void duration(const std::string& name, nanos& into, bool may_be_zero) const;
  void rate(const std::string& name, double& into) const;
  void place(const std::string& name, address_text& into) const;
  template <class Number>
  void number(const std::string& name, Number& into, Number least, Number most) const {
    if (has(name)) into = static_cast<Number>(whole_number(name, least, most));
  }

 private:
  std::uint64_t whole_number(const std::string& name, std::uint64_t least,
                             std::uint64_t most) const;

  boost::program_options::variables_map values_;
};

}  // namespace multipass::load
