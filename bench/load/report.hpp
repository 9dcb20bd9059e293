// The result of a run, written: for people, for programs, and as a picture.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "load/options.hpp"
#include "load/run.hpp"
#include "load/tally.hpp"

namespace multipass::load {

/// One page for a person.
std::string text_report(const options& o, const run_result& r);
/// One JSON object on one line; the README names its members.
std::string json_report(const options& o, const run_result& r);
/// "kind,percentile,latency_us,count": the distribution of each kind, and of "all".
std::string csv_report(const run_result& r);
/// An SVG drawing of latency by percentile, one curve for each kind and one for all.
std::string latency_plot(const options& o, const run_result& r);

/// Which percentiles reports show, and under what name.
inline constexpr std::array<std::pair<std::string_view, double>, 5> shown_percentiles{
    {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}, {"p99.99", 99.99}}};

using named_tally = std::pair<std::string, class_tally>;
/// The classes of a run added up by kind, or by request, in the order of the options.
std::vector<named_tally> by_kind(const run_result& r);
std::vector<named_tally> by_request(const run_result& r);

}  // namespace multipass::load
