#include "load/flow_traffic.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "base/json_text.hpp"
#include "load/url.hpp"

namespace multipass::load {
namespace {

// The part of the flows that this worker may keep under way.
std::size_t share_of_flows(const options& o, unsigned part) {
  if (!o.closed) return std::numeric_limits<std::size_t>::max();
  return worker_connections(o, part) * o.depth;
}

std::string read_admin_key(const std::string& file) {
  std::istringstream words(read_file(file));
  std::string key;
  words >> key;
  if (key.empty()) throw std::runtime_error(file + ": expected the key of the admin API");
  return key;
}

// A member of a JSON object that is text; empty when there is none.
std::string text_member(std::string_view json, std::string_view name) {
  boost::system::error_code problem;
  const auto value = boost::json::parse({json.data(), json.size()}, problem);
  const auto* const object = problem ? nullptr : value.if_object();
  const auto* const member =
      object == nullptr ? nullptr : object->if_contains({name.data(), name.size()});
  if (member == nullptr || !member->is_string()) return {};
  return std::string(member->get_string());
}

void append_post(std::string& out, std::string_view target, std::string_view fields) {
  out.append("POST ").append(target).append(" HTTP/1.1\r\n").append(fields);
}

constexpr std::string_view no_body = "Content-Length: 0\r\n\r\n";

}  // namespace

std::vector<request_class> flow_classes(const options& o) {
  std::vector<request_class> classes;
  for (const char* name : {"authorize", "approve", "token", "accounts", "revoke"}) {
    classes.push_back({name, name, expected_status(o, name, 200)});
  }
  return classes;
}

flow_traffic::flow_traffic(const options& o, recorder& record, unsigned part)
    : authorize_target_(authorize_target(o, read_tpp_file(o.tpp_file))),
      gateway_fields_("Host: " + o.to.written + "\r\n"),
      admin_fields_("Host: " + o.admin->written + "\r\nAuthorization: Bearer " +
                    read_admin_key(o.admin_key_file) + "\r\nContent-Type: application/json\r\n"),
      most_at_once_(share_of_flows(o, part)),
      pace_(o, part),
      record_(record) {
  std::string psu;
  append_json_string(psu, o.psu);
  decision_ = "{\"psu\":" + psu + "}";
}

bool flow_traffic::may_start(nanos now) const {
  return pace_.due(now) && flows_.size() - unused_.size() < most_at_once_;
}

bool flow_traffic::due(listener to, nanos now) {
  return !waiting(to).empty() || (to == listener::gateway && may_start(now));
}

nanos flow_traffic::next_due(nanos now) const {
  return flows_.size() - unused_.size() < most_at_once_ ? pace_.next(now) : never;
}

bool flow_traffic::over(nanos now) const {
  return pace_.over(now) && waiting_[0].empty() && waiting_[1].empty();
}

// Flows under way come before new ones: otherwise an overloaded server would begin all and end
// none.
ticket flow_traffic::next(listener to, nanos now, std::string& out) {
  std::uint32_t number = 0;
  if (waiting(to).empty()) {
    number = start(now);
  } else {
    number = waiting(to).front();
    waiting(to).pop_front();
  }
  const flow& f = flows_[number];
  append_request(f, out);
  ticket t;
  t.intended = f.due_since;
  t.request_class = static_cast<std::uint32_t>(f.now);
  t.flow = number;
  return t;
}

std::uint32_t flow_traffic::start(nanos now) {
  if (unused_.empty()) {
    unused_.push_back(static_cast<std::uint32_t>(flows_.size()));
    flows_.emplace_back();
  }
  const auto number = unused_.back();
  unused_.pop_back();
  flow& f = flows_[number];
  f.now = step::authorize;
  f.began = f.due_since = pace_.take(now);
  return number;
}

void flow_traffic::append_request(const flow& f, std::string& out) const {
  switch (f.now) {
    case step::authorize:
      append_post(out, authorize_target_, gateway_fields_);
      break;
    case step::approve:
      append_post(out, "/admin/authorizations/" + f.handle + "/approve", admin_fields_);
      out += "Content-Length: " + std::to_string(decision_.size()) + "\r\n\r\n" + decision_;
      return;
    case step::token:
      append_post(out, "/api/client/token?accessCode=" + f.code + "&clientId=" + f.client_id,
                  gateway_fields_);
      break;
    case step::accounts:
      append_post(out, "/api/tpp/accounts", gateway_fields_);
      out += "Authorization: Bearer " + f.access_token + "\r\n";
      break;
    case step::revoke:
    case step::done:
      append_post(out, "/api/client/token/revoke?accessToken=" + f.access_token, gateway_fields_);
      break;
  }
  out += no_body;
}

// Takes what later steps need out of an answer; false when it is not there.
bool flow_traffic::learn(flow& f, const answer& a) const {
  switch (f.now) {
    case step::authorize: {
      const auto url = text_member(a.body, "redirectUrl");
      f.client_id = percent_encode(query_value(url, "clientId"));
      f.handle = percent_encode(query_value(url, "x-request-id"));
      return !f.client_id.empty() && !f.handle.empty();
    }
    case step::approve:
      f.code = percent_encode(query_value(text_member(a.body, "redirectUri"), "accessCode"));
      return !f.code.empty();
    case step::token:
      f.access_token = text_member(a.body, "accessToken");
      return !f.access_token.empty();
    case step::accounts:
    case step::revoke:
    case step::done:
      break;
  }
  return true;
}

void flow_traffic::answered(const ticket& t, const answer& a, bool as_expected, nanos now) {
  flow& f = flows_[t.flow];
  if (!as_expected || !learn(f, a)) return fail(t.flow);
  f.now = static_cast<step>(static_cast<std::uint32_t>(f.now) + 1);
  f.due_since = now;
  if (f.now != step::done) return waiting(listener_of(f.now)).push_back(t.flow);
  record_.flow_done(f.began, now);
  unused_.push_back(t.flow);
}

void flow_traffic::fail(std::uint32_t number) {
  record_.flow_failed(flows_[number].began);
  unused_.push_back(number);
}

void flow_traffic::give_up(nanos now, recorder& record) {
  for (auto& queue : waiting_) {
    for (const auto number : queue) {
      record.unsent(flows_[number].due_since, now);
      fail(number);
    }
    queue.clear();
  }
  while (pace_.due(now)) record.unsent(pace_.take(now), now);
}

}  // namespace multipass::load
