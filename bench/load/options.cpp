#include "load/options.hpp"

#include <algorithm>
#include <random>

#include "load/given_options.hpp"
#include "load/quantities.hpp"

namespace multipass::load {
namespace {

// "valid=90,expired=5" or "valid".
std::vector<weighted_name> read_weights(const given_options& given, const std::string& name) {
  std::vector<weighted_name> weights;
  for (const auto& part : split(given.one(name), ',')) {
    const auto pair = parse_pair(part);
    const auto weight = pair ? parse_decimal(pair->second) : std::optional(1.0);
    weighted_name w{pair ? pair->first : part, weight.value_or(0)};
    const bool twice = std::ranges::count(weights, w.name, &weighted_name::name) > 0;
    if (w.name.empty() || w.name.find('=') != std::string::npos || w.weight <= 0 || twice) {
      refuse(name, "expected distinct names with weights above 0, such as a=90,b=10, got \"" +
                       given.one(name) + "\"");
    }
    weights.push_back(std::move(w));
  }
  return weights;
}

void read_connections(const given_options& given, options& o) {
  given.place("to", o.to);
  given.number<std::size_t>("connections", o.connections, 1, 20'000);
  given.number<std::size_t>("depth", o.depth, 1, 1024);
  given.number<unsigned>("threads", o.threads, 1, 256);
  if (o.threads > o.connections) refuse("threads", "expected no more threads than connections");
  if (!given.has("cpus")) return;
  for (const auto& part : split(given.one("cpus"), ',')) {
    const auto cpu = parse_count(part);
    if (!cpu || *cpu > 1023) refuse("cpus", "expected CPU numbers such as 1 or 1,3");
    o.cpus.push_back(static_cast<int>(*cpu));
  }
  if (o.cpus.size() < o.threads) refuse("cpus", "expected one CPU for each of --threads");
}

void read_schedule(const given_options& given, options& o) {
  o.closed = given.has("closed");
  if (o.closed == given.has("rate")) {
    throw usage_error("expected either --rate R (open loop) or --closed (closed loop)");
  }
  given.rate("rate-cap", o.rate_cap);
  given.rate("rate", o.rate);
  if (o.rate > o.rate_cap) {
    refuse("rate", write_decimal(o.rate, 0) + "/s is above --rate-cap, " +
                       write_decimal(o.rate_cap, 0) + "/s");
  }
  if (given.has("schedule")) {
    if (o.closed) refuse("schedule", "belongs to --rate: a closed loop has no schedule");
    const auto name = given.one("schedule");
    if (name != "constant" && name != "poisson") {
      refuse("schedule", "expected constant or poisson, got \"" + name + "\"");
    }
    o.schedule = name == "poisson" ? schedule_kind::poisson : schedule_kind::constant;
  }
}

void read_lengths(const given_options& given, options& o) {
  given.duration("duration-cap", o.duration_cap, false);
  given.duration("duration", o.duration, false);
  given.duration("warmup", o.warmup, true);
  if (o.duration + o.warmup > o.duration_cap) {
    refuse("duration",
           "with --warmup it is above --duration-cap, " + write_duration(o.duration_cap));
  }
  given.duration("timeout", o.timeout, false);
  o.drain = o.timeout;
  given.duration("drain", o.drain, true);
  given.duration("spin", o.spin, true);
}

void read_pick(const given_options& given, options& o) {
  if (!given.has("pick")) return;
  const auto text = given.one("pick");
  if (text == "uniform") {
    o.pick = pick_order::uniform;
  } else if (text == "sequential") {
    o.pick = pick_order::sequential;
  } else if (text == "zipf" || text.starts_with("zipf:")) {
    o.pick = pick_order::zipf;
    const auto theta = text == "zipf" ? std::optional(o.theta) : parse_decimal(text.substr(5));
    if (!theta || *theta <= 0 || *theta > 5) refuse("pick", "expected zipf:THETA, 0 < THETA <= 5");
    o.theta = *theta;
  } else {
    refuse("pick", "expected uniform, zipf, zipf:THETA or sequential, got \"" + text + "\"");
  }
}

void read_expected(const given_options& given, options& o) {
  for (const auto& text : given.all("expect")) {
    const auto pair = parse_pair(text);
    const auto status = pair ? parse_count(pair->second) : std::nullopt;
    if (!status || *status < 200 || *status > 599) {
      refuse("expect", "expected KIND=STATUS, such as blocked=401, got \"" + text + "\"");
    }
    o.expected.emplace_back(pair->first, static_cast<unsigned>(*status));
  }
}

void read_requests(const given_options& given, options& o) {
  for (const auto& text : given.all("tokens")) {
    const auto pair = parse_pair(text);
    if (!pair)
      refuse("tokens", "expected KIND=FILE, such as valid=valid.tokens, got \"" + text + "\"");
    o.tokens.push_back(*pair);
  }
  if (given.has("mix")) o.mix = read_weights(given, "mix");
  if (given.has("request")) o.requests = read_weights(given, "request");
  read_pick(given, o);
  read_expected(given, o);
  given.text("account", o.account);
}

void read_flow(const given_options& given, options& o) {
  given.text("codes", o.codes_file);
  if (given.has("admin")) given.place("admin", o.admin.emplace());
  given.text("admin-key-file", o.admin_key_file);
  given.text("tpp-file", o.tpp_file);
  given.text("redirect-uri", o.redirect_uri);
  given.text("scope", o.scope);
  given.text("psu", o.psu);
  if (!given.has("flow")) return;
  const auto name = given.one("flow");
  if (name != "issue" && name != "whole") {
    refuse("flow", "expected issue or whole, got \"" + name + "\"");
  }
  for (const char* other : {"request", "mix"}) {
    if (given.has(other)) refuse(other, "a --flow has its own requests");
  }
  o.flow = name == "issue" ? flow_kind::issue : flow_kind::whole;
  if (o.flow == flow_kind::issue) o.requests = {{"token", 1}};
  if (o.flow == flow_kind::whole && (!o.admin || o.admin_key_file.empty() || o.tpp_file.empty())) {
    refuse("flow", "whole needs --admin, --admin-key-file and --tpp-file");
  }
}

void read_output(const given_options& given, options& o) {
  given.text("json", o.json);
  given.text("csv", o.csv);
  given.text("plot", o.plot);
  o.quiet = given.has("quiet");
  o.allow_errors = given.has("allow-errors");
  if (given.has("seed")) {
    const auto seed = parse_count(given.one("seed"));
    if (!seed) refuse("seed", "expected a whole number, got \"" + given.one("seed") + "\"");
    o.seed = *seed;
  } else {
    o.seed = std::random_device{}();
  }
}

}  // namespace

options parse_options(const std::vector<std::string>& arguments) {
  const given_options given(arguments);
  options o;
  if (given.has("help") || given.has("version")) {
    o.what = given.has("help") ? options::wish::help : options::wish::version;
    return o;
  }
  if (!given.has("to")) throw usage_error("--to: expected host:port of the server under load");
  read_connections(given, o);
  read_schedule(given, o);
  read_lengths(given, o);
  read_requests(given, o);
  read_flow(given, o);
  read_output(given, o);
  return o;
}

}  // namespace multipass::load
