// The report for people.
#include <algorithm>

#include "load/quantities.hpp"
#include "load/report.hpp"

namespace multipass::load {
namespace {

std::string left(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string line(const std::string& name, const std::string& value) {
  return "  " + left(name, 14) + value + "\n";
}

std::string heading(const options& o) {
  std::string out = "multipass-load: ";
  if (o.closed) {
    out += "closed loop";
  } else {
    out += std::string("open loop, ") +
           (o.schedule == schedule_kind::poisson ? "Poisson" : "constant") + " " +
           write_decimal(o.rate, 0) + (o.flow == flow_kind::whole ? " flows/s" : " requests/s");
  }
  out += ", " + write_count(o.connections) + (o.connections == 1 ? " connection" : " connections");
  if (o.depth > 1) out += " x " + std::to_string(o.depth) + " outstanding";
  out += " to " + o.to.written + ", " + std::to_string(o.threads) +
         (o.threads == 1 ? " thread" : " threads") + ", seed " + std::to_string(o.seed) + "\n";
  if (o.closed) {
    out +=
        "  A closed loop measures saturation: it sends no request while it waits, so its "
        "latencies\n"
        "  hide what a stall would have cost. For latency use --rate.\n";
  }
  return out;
}

std::string statuses(const class_tally& c) {
  std::string out;
  for (std::size_t s = 0; s < c.by_status.size(); ++s) {
    if (const auto n = c.by_status[s].get(); n > 0) {
      out += (out.empty() ? "" : ", ") + std::to_string(s) + " x " + write_count(n);
    }
  }
  return out.empty() ? "no answer" : out;
}

std::string counts(const options& o, const run_result& r) {
  const tally& t = r.measured;
  std::string out =
      line("answered", write_count(t.answered()) + " of " + write_count(t.sent.get()) +
                           " sent in " + write_decimal(r.seconds, 2) +
                           " s: " + write_count(static_cast<std::uint64_t>(r.rate())) + "/s");
  if (o.flow == flow_kind::whole) {
    const auto rate = r.seconds > 0 ? static_cast<double>(t.flows.count()) / r.seconds : 0;
    out += line("flows", write_count(t.flows.count()) + " completed, " +
                             write_count(t.flows_failed.get()) +
                             " failed: " + write_decimal(rate, 1) + "/s");
  }
  std::string errors;
  const auto name = [&](std::uint64_t n, std::string_view what) {
    if (n > 0) errors += (errors.empty() ? "" : ", ") + write_count(n) + " " + std::string(what);
  };
  name(t.unexpected(), "answers of another status than expected");
  for (std::size_t i = 0; i < loss_names.size(); ++i) {
    name(static_cast<loss>(i) == loss::malformed ? r.malformed() : t.lost[i].get(), loss_names[i]);
  }
  name(r.failed_connects, "failed connects");
  name(t.unsent.count(), "due but never sent");
  out += line("errors", errors.empty() ? "none" : errors);
  if (!r.complaint.empty()) out += line("", "first malformed answer: " + r.complaint);
  if (r.reconnects > 0) out += line("reconnects", write_count(r.reconnects));
  return out;
}

std::string latency_row(const std::string& name, const histogram& h, const std::string& remark) {
  std::string out = "  " + left(name, 14) + right(write_duration(static_cast<nanos>(h.mean())), 9);
  for (const auto& [label, percent] : shown_percentiles) {
    out += right(write_duration(h.percentile(percent)), 9);
  }
  return out + right(write_duration(h.max()), 9) + (remark.empty() ? "" : "  " + remark) + "\n";
}

std::string latencies(const options& o, const run_result& r) {
  std::string out = "\n  " + left("latency", 14) + right("mean", 9);
  for (const auto& [label, percent] : shown_percentiles) out += right(std::string(label), 9);
  const auto unsent = r.measured.unsent.count();
  out += right("max", 9) + "\n" +
         latency_row("all", r.measured.latency(),
                     unsent > 0 ? "with " + write_count(unsent) + " never sent" : "");
  for (const auto& [kind, c] : by_kind(r)) out += latency_row(kind, c.latency, statuses(c));
  if (const auto groups = by_request(r); groups.size() > 1 && o.flow == flow_kind::none) {
    for (const auto& [request, c] : groups) out += latency_row(request, c.latency, statuses(c));
  }
  if (o.flow == flow_kind::whole) out += latency_row("whole flow", r.measured.flows, "");
  return out;
}

std::string generator(const options& o, const run_result& r) {
  std::string out;
  if (!o.closed) {
    const tally& t = r.measured;
    out += line("sent late by", write_duration(t.late.percentile(99)) + " (p99), " +
                                    write_duration(t.late.max()) +
                                    " (max) while a connection was free");
    if (t.waited.count() > 0) {
      out +=
          line("waited", write_count(t.waited.count()) + " requests for a free connection, up to " +
                             write_duration(t.waited.max()) + " (part of their latency)");
    }
  }
  out += line("busy", write_decimal(r.busy * 100, 0) + " % of the time (the busiest thread)");
  if (!o.closed && r.busy > 0.9) {
    out += line("", "The load generator itself may be the limit: give it more --threads.");
  }
  return out;
}

}  // namespace

std::string text_report(const options& o, const run_result& r) {
  std::string out = heading(o) + "\n" + counts(o, r) + latencies(o, r) + "\n" + generator(o, r);
  if (!r.ended_early.empty()) out += line("ended early", r.ended_early);
  return out;
}

}  // namespace multipass::load
