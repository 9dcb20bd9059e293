#include "consent/consent_endpoints.hpp"

#include <memory>

#include "consent/consent_flow.hpp"
#include "consent/dashboard.hpp"
#include "consent/enrolment_endpoints.hpp"

namespace multipass {

namespace {

endpoint_table request_rows(const consent_parts& parts, const std::shared_ptr<login_gate>& gate) {
  const auto flow = std::make_shared<const consent_flow>(parts, gate);
  const auto wait = [flow](exchange& e, std::chrono::seconds time) {
    flow->answer_over_rate(e, time);
  };
  endpoint_table rows{
      {verb::get, "/consent", "consent_login_page",
       [flow](exchange& e) { return flow->show_login(e); }, nullptr, wait},
      {verb::post, "/consent/login", "consent_login",
       [flow](exchange& e) { return flow->log_in(e); }, nullptr, wait},
      {verb::get, "/consent/review", "consent_review_page",
       [flow](exchange& e) { return flow->show_review(e); }, nullptr, wait},
      {verb::post, "/consent/decision", "consent_decision",
       [flow](exchange& e) { return flow->decide(e); }, nullptr, wait},
      {verb::get, "/consent/style.css", "consent_style",
       [flow](exchange& e) { return flow->style(e); }, nullptr, wait},
  };
  if (!parts.look.logo.empty()) {
    rows.push_back({verb::get, "/consent/logo", "consent_logo",
                    [flow](exchange& e) { return flow->logo(e); }, nullptr, wait});
  }
  return rows;
}

endpoint_table dashboard_rows(const consent_parts& parts, const std::shared_ptr<login_gate>& gate) {
  const auto list = std::make_shared<dashboard>(parts, gate);
  const auto wait = [list](exchange& e, std::chrono::seconds time) {
    list->answer_over_rate(e, time);
  };
  return {
      {verb::get, "/consents", "consents_page", [list](exchange& e) { return list->show(e); },
       nullptr, wait},
      {verb::post, "/consents/login", "consents_login",
       [list](exchange& e) { return list->log_in(e); }, nullptr, wait},
      {verb::post, "/consents/logout", "consents_logout",
       [list](exchange& e) { return list->log_out(e); }, nullptr, wait},
      {verb::get, "/consents/{}/withdraw", "consents_withdraw_page",
       [list](exchange& e) { return list->ask(e); }, nullptr, wait},
      {verb::post, "/consents/{}/withdraw", "consents_withdraw",
       [list](exchange& e) { return list->withdraw(e); }, nullptr, wait},
  };
}

}  // namespace

endpoint_table consent_endpoints(const consent_parts& parts) {
  const auto gate = std::make_shared<login_gate>(parts);
  endpoint_table rows = request_rows(parts, gate);
  for (auto more : {dashboard_rows(parts, gate), enrolment_endpoints(parts, gate)}) {
    for (endpoint& row : more) rows.push_back(std::move(row));
  }
  return rows;
}

std::function<void(exchange&, const error&)> notice_pages(const consent_parts& parts) {
  const auto flow =
      std::make_shared<const consent_flow>(parts, std::make_shared<login_gate>(parts));
  return [flow](exchange& e, const error& why) { flow->answer_error(e, why); };
}

}  // namespace multipass
