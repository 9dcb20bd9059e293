#include "metrics/exposition.hpp"

#include <array>
#include <cstdio>

namespace multipass {
namespace {

// Nanoseconds as seconds, exactly: bounds must compare as the same text on every scrape.
std::string seconds(std::uint64_t ns) {
  std::array<char, 40> text{};
  const auto n = std::snprintf(text.data(), text.size(), "%llu.%09llu",
                               static_cast<unsigned long long>(ns / 1'000'000'000),
                               static_cast<unsigned long long>(ns % 1'000'000'000));
  std::string s(text.data(), static_cast<std::size_t>(n));
  s.erase(s.find_last_not_of('0') + 1);
  if (s.back() == '.') s.pop_back();
  return s;
}

}  // namespace

void exposition::begin(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + " ";
  text_ += help;
  text_ += "\n# TYPE " + name_ + " ";
  text_ += type;
  text_ += '\n';
}

void exposition::line(std::string_view suffix, std::string_view labels, std::string_view number) {
  text_ += name_;
  text_ += suffix;
  if (!labels.empty()) {
    text_ += '{';
    text_ += labels;
    text_ += '}';
  }
  text_ += ' ';
  text_ += number;
  text_ += '\n';
}

void exposition::value(std::string_view labels, std::uint64_t v) {
  line({}, labels, std::to_string(v));
}

void exposition::value(std::string_view labels, std::int64_t v) {
  line({}, labels, std::to_string(v));
}

void exposition::values(std::string_view labels, const std::vector<const histogram*>& parts) {
  const std::string prefix = labels.empty() ? std::string() : std::string(labels) + ",";
  std::uint64_t below = 0;
  for (std::size_t b = 0; b <= histogram::bounds.size(); ++b) {
    for (const auto* h : parts) below += h->buckets[b].load(std::memory_order_relaxed);
    const auto bound = b < histogram::bounds.size() ? seconds(histogram::bounds[b]) : "+Inf";
    line("_bucket", prefix + "le=\"" + bound + "\"", std::to_string(below));
  }
  std::uint64_t sum = 0;
  for (const auto* h : parts) sum += h->sum_ns.load(std::memory_order_relaxed);
  line("_sum", labels, seconds(sum));
  line("_count", labels, std::to_string(below));
}

}  // namespace multipass
