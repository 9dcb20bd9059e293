// The drawing: SVG written by hand, so that it needs no tool.
#include <algorithm>
#include <array>
#include <cmath>

#include "load/quantities.hpp"
#include "load/report.hpp"

namespace multipass::load {
namespace {

constexpr double width = 820, height = 460;
constexpr double left = 80, right = 800, top = 50, bottom = 400;
// Told apart by people with colour-blindness too (M. Okabe, K. Ito, 2002).
constexpr std::array colours{"#000000", "#0072b2", "#d55e00", "#009e73",
                             "#cc79a7", "#e69f00", "#56b4e9"};

struct curve {
  std::string name;
  histogram latency;
};

// Both axes are logarithmic: latency upwards, and to the right the share of requests that are
// slower, so that each "9" of the percentile takes the same room.
class axes {
 public:
  explicit axes(const std::vector<curve>& curves) {
    double least = 1e12, most = 1e3;
    std::uint64_t largest = 10;
    for (const auto& c : curves) {
      if (c.latency.count() == 0) continue;
      least = std::min(least, static_cast<double>(std::max<nanos>(c.latency.percentile(0), 1000)));
      most = std::max(most, static_cast<double>(c.latency.max()));
      largest = std::max(largest, c.latency.count());
    }
    low_ = std::floor(std::log10(std::min(least, most)));
    high_ = std::max(std::ceil(std::log10(most)), low_ + 1);
    nines_ = std::max(std::ceil(std::log10(static_cast<double>(largest))), 1.0);
  }
  int low() const { return static_cast<int>(low_); }
  int high() const { return static_cast<int>(high_); }
  int nines() const { return static_cast<int>(nines_); }
  double y(double latency) const {
    const double part = (std::log10(std::max(latency, 1.0)) - low_) / (high_ - low_);
    return bottom - std::clamp(part, 0.0, 1.0) * (bottom - top);
  }
  double x(double slower_share) const {
    const double part = -std::log10(std::max(slower_share, 1e-12)) / nines_;
    return left + std::clamp(part, 0.0, 1.0) * (right - left);
  }

 private:
  double low_ = 0, high_ = 1, nines_ = 1;
};

std::string number(double value) {
  return write_decimal(value, 1);
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  }
  return out;
}

std::string text_at(double x, double y, const char* anchor, const std::string& text) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" +
         escaped(text) + "</text>\n";
}

std::string rule(double x1, double y1, double x2, double y2) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) +
         "\" y2=\"" + number(y2) + "\" stroke=\"#ddd\"/>\n";
}

// "0 %", "90 %", "99 %", "99.9 %"
std::string percentile_label(int nines) {
  if (nines < 2) return nines == 0 ? "0 %" : "90 %";
  return "99" + (nines > 2 ? "." + std::string(static_cast<std::size_t>(nines - 2), '9') : "") +
         " %";
}

std::string grid(const axes& a) {
  std::string out;
  for (int decade = a.low(); decade <= a.high(); ++decade) {
    const double latency = std::pow(10, decade);
    out += rule(left, a.y(latency), right, a.y(latency));
    const nanos whole = std::llround(latency);
    out += text_at(left - 8, a.y(latency) + 4, "end",
                   number(in_microseconds(whole)).ends_with(".0")
                       ? write_count(static_cast<std::uint64_t>(whole / one_microsecond)) + " us"
                       : number(in_microseconds(whole)) + " us");
  }
  for (int nines = 0; nines <= a.nines(); ++nines) {
    const double at = a.x(std::pow(10, -nines));
    out += rule(at, top, at, bottom) + text_at(at, bottom + 18, "middle", percentile_label(nines));
  }
  return out;
}

std::string drawn(const axes& a, const curve& c, const char* colour, double legend_y) {
  std::string points;
  const auto all = static_cast<double>(c.latency.count());
  double slower = all;
  double drawn_x = -1;
  c.latency.for_each([&](nanos upper, std::uint64_t n) {
    slower -= static_cast<double>(n);
    // The slowest of n requests stands at 1 - 1/n, not at 100 %, which is infinitely far right.
    const double x = a.x(std::max(slower, 1.0) / all);
    if (x - drawn_x < 0.5 && slower > 1) return;  // nothing to see between
    drawn_x = x;
    points += number(x) + "," + number(a.y(static_cast<double>(upper))) + " ";
  });
  return "<polyline fill=\"none\" stroke=\"" + std::string(colour) +
         "\" stroke-width=\"1.8\" points=\"" + points + "\"/>\n<line x1=\"" + number(left + 15) +
         "\" y1=\"" + number(legend_y - 4) + "\" x2=\"" + number(left + 40) + "\" y2=\"" +
         number(legend_y - 4) + "\" stroke=\"" + colour + "\" stroke-width=\"3\"/>\n" +
         text_at(left + 46, legend_y, "start", c.name + ", " + write_count(c.latency.count()));
}

}  // namespace

std::string latency_plot(const options& o, const run_result& r) {
  std::vector<curve> curves{{"all", r.measured.latency()}};
  const auto kinds = by_kind(r);
  for (const auto& [kind, c] : kinds) {
    if (kinds.size() > 1) curves.push_back({kind, c.latency});
  }
  if (r.measured.flows.count() > 0) curves.push_back({"whole flow", r.measured.flows});
  const axes a(curves);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) +
                    " " + number(height) +
                    "\" font-family=\"sans-serif\" font-size=\"12\">\n"
                    "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
  const std::string load =
      o.closed ? "closed loop" : "open loop, " + write_decimal(o.rate, 0) + "/s";
  out += text_at(left, 28, "start",
                 "Latency by percentile: " + o.to.written + ", " + load + ", " +
                     write_count(static_cast<std::uint64_t>(r.rate())) + " answers/s");
  out += grid(a);
  out += text_at((left + right) / 2, bottom + 42, "middle",
                 o.closed ? "requests that were no slower (from the send)"
                          : "requests that were no slower (from the intended send time)");
  double legend = top + 20;
  for (std::size_t i = 0; i < curves.size(); ++i, legend += 18) {
    out += drawn(a, curves[i], colours[i % colours.size()], legend);
  }
  return out + "</svg>\n";
}

}  // namespace multipass::load
