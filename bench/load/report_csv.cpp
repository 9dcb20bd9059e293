// The distribution for spreadsheets.
#include "load/quantities.hpp"
#include "load/report.hpp"

namespace multipass::load {
namespace {

// Each bucket that is not empty, with the share of requests that took no longer.
void append_distribution(std::string& out, const std::string& name, const histogram& h) {
  const auto all = static_cast<double>(h.count());
  std::uint64_t so_far = 0;
  h.for_each([&](nanos upper, std::uint64_t n) {
    so_far += n;
    out += name + "," + write_decimal(100 * static_cast<double>(so_far) / all, 6) + "," +
           write_decimal(in_microseconds(upper), 3) + "," + std::to_string(n) + "\n";
  });
}

}  // namespace

std::string csv_report(const run_result& r) {
  std::string out = "kind,percentile,latency_us,count\n";
  append_distribution(out, "all", r.measured.latency());
  for (const auto& [kind, c] : by_kind(r)) append_distribution(out, kind, c.latency);
  if (r.measured.flows.count() > 0) append_distribution(out, "whole flow", r.measured.flows);
  return out;
}

}  // namespace multipass::load
