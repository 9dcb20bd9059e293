// The report for programs.
#include "base/json_text.hpp"
#include "load/quantities.hpp"
#include "load/report.hpp"

namespace multipass::load {
namespace {

// An object under construction; commas are its own business.
class json_object_text {
 public:
  json_object_text& number(std::string_view name, double value, int decimals) {
    return raw(name, write_decimal(value, decimals));
  }
  json_object_text& count(std::string_view name, std::uint64_t n) {
    return raw(name, std::to_string(n));
  }
  json_object_text& text(std::string_view name, std::string_view value) {
    std::string quoted;
    append_json_string(quoted, value);
    return raw(name, quoted);
  }
  json_object_text& raw(std::string_view name, std::string_view json) {
    out_ += out_.empty() ? '{' : ',';
    append_json_string(out_, name);
    out_ += ':';
    out_ += json;
    return *this;
  }
  std::string end() const { return out_.empty() ? "{}" : out_ + "}"; }

 private:
  std::string out_;
};

std::string microseconds(nanos t) {
  return write_decimal(in_microseconds(t), 3);
}

std::string latency_json(const histogram& h) {
  json_object_text out;
  out.number("mean", h.mean() / 1e3, 3);
  for (const auto& [name, percent] : shown_percentiles) {
    out.raw(name, microseconds(h.percentile(percent)));
  }
  return out.raw("max", microseconds(h.max())).end();
}

std::string delays_json(const histogram& h) {
  return json_object_text()
      .count("count", h.count())
      .raw("p99", microseconds(h.percentile(99)))
      .raw("max", microseconds(h.max()))
      .end();
}

std::string histogram_json(const histogram& h) {
  std::string out;
  h.for_each([&](nanos upper, std::uint64_t n) {
    out += (out.empty() ? "[" : ",[") + microseconds(upper) + "," + std::to_string(n) + "]";
  });
  return "[" + out + "]";
}

std::string statuses_json(const class_tally& c) {
  json_object_text out;
  for (std::size_t s = 0; s < c.by_status.size(); ++s) {
    if (const auto n = c.by_status[s].get(); n > 0) out.count(std::to_string(s), n);
  }
  return out.end();
}

std::string groups_json(const std::vector<named_tally>& groups) {
  json_object_text out;
  for (const auto& [name, c] : groups) {
    out.raw(name, json_object_text()
                      .count("answered", c.answered.get())
                      .count("unexpected", c.unexpected.get())
                      .raw("by_status", statuses_json(c))
                      .raw("latency_us", latency_json(c.latency))
                      .end());
  }
  return out.end();
}

std::string errors_json(const run_result& r) {
  json_object_text out;
  out.count("connect", r.failed_connects);
  for (std::size_t i = 0; i < loss_names.size(); ++i) {
    const bool malformed = static_cast<loss>(i) == loss::malformed;
    out.count(loss_names[i], malformed ? r.malformed() : r.measured.lost[i].get());
  }
  return out.end();
}

void add_flows(json_object_text& out, const run_result& r) {
  const tally& t = r.measured;
  const double rate = r.seconds > 0 ? static_cast<double>(t.flows.count()) / r.seconds : 0;
  out.raw("flows", json_object_text()
                       .count("completed", t.flows.count())
                       .count("failed", t.flows_failed.get())
                       .number("rate", rate, 2)
                       .raw("latency_us", latency_json(t.flows))
                       .end());
}

}  // namespace

std::string json_report(const options& o, const run_result& r) {
  const tally& t = r.measured;
  class_tally all;
  for (const auto& c : t.by_class) all.add(c);
  const histogram latency = t.latency();
  json_object_text out;
  out.text("mode", o.closed ? "closed" : "open");
  if (!o.closed) {
    out.text("schedule", o.schedule == schedule_kind::poisson ? "poisson" : "constant");
    out.number("requested_rate", o.rate, 3);
  }
  out.text("to", o.to.written)
      .count("connections", o.connections)
      .count("depth", o.depth)
      .count("threads", o.threads)
      .count("seed", o.seed)
      .number("seconds", r.seconds, 6)
      .count("sent", t.sent.get())
      .count("answered", t.answered())
      .number("rate", r.rate(), 3)
      .count("unexpected", t.unexpected())
      .count("unsent", t.unsent.count())
      .raw("errors", errors_json(r))
      .raw("by_status", statuses_json(all))
      .raw("latency_us", latency_json(latency))
      .raw("by_kind", groups_json(by_kind(r)))
      .raw("by_request", groups_json(by_request(r)));
  if (o.flow == flow_kind::whole) add_flows(out, r);
  out.raw("late_sends_us", delays_json(t.late))
      .raw("waited_for_connection_us", delays_json(t.waited))
      .count("reconnects", r.reconnects)
      .number("busy", r.busy, 4)
      .text("complaint", r.complaint)
      .text("ended_early", r.ended_early)
      .raw("histogram", histogram_json(latency));
  return out.end() + "\n";
}

}  // namespace multipass::load
