#include "consent/enrolment_endpoints.hpp"

#include <utility>

#include "consent/enrolment_flow.hpp"

namespace multipass {

endpoint_table enrolment_endpoints(const consent_parts& parts, std::shared_ptr<login_gate> gate) {
  const auto flow = std::make_shared<const enrolment_flow>(parts, std::move(gate));
  const auto wait = [flow](exchange& e, std::chrono::seconds time) {
    flow->answer_over_rate(e, time);
  };
  return {
      {verb::get, "/enrolment", "enrolment_login_page",
       [flow](exchange& e) { return flow->show_login(e); }, nullptr, wait},
      {verb::post, "/enrolment/login", "enrolment_login",
       [flow](exchange& e) { return flow->log_in(e); }, nullptr, wait},
      {verb::get, "/enrolment/code", "enrolment_code_page",
       [flow](exchange& e) { return flow->show_code(e); }, nullptr, wait},
      {verb::post, "/enrolment/code", "enrolment_finish",
       [flow](exchange& e) { return flow->finish(e); }, nullptr, wait},
      {verb::get, "/enrolment/done", "enrolment_done_page",
       [flow](exchange& e) { return flow->show_done(e); }, nullptr, wait},
  };
}

}  // namespace multipass
