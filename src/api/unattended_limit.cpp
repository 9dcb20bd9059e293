#include "api/unattended_limit.hpp"

#include <array>
#include <boost/asio/ip/address.hpp>
#include <string>

#include "api/token_refusal.hpp"
#include "http/http_date.hpp"
#include "http/problem.hpp"
#include "store/single_write.hpp"

namespace multipass {

// Without a zone ("fe80::1%eth0"), which means nothing on another host.
bool unattended_limit::is_psu_address(std::string_view text) noexcept {
  std::array<char, 46> ended{};  // INET6_ADDRSTRLEN
  if (text.empty() || text.size() >= ended.size() || text.find('%') != text.npos) return false;
  text.copy(ended.data(), text.size());
  boost::system::error_code ec;
  asio::ip::make_address(ended.data(), ec);
  return !ec;
}

task<bool> unattended_limit::admit(exchange& x, consent_id consent, account_question q,
                                   auth_metrics& metrics) const {
  const auto now = wall_.now();
  const unattended_read read{consent, q.kind, q.account, most_, now};
  const single_write count_it(&store_writer::count_unattended_read, read);
  const auto pause = co_await pool_.write(count_it);
  if (!pause && pause.error().code == errc::not_found) {  // it ended since it was looked up
    answer_refusal(x.out, verdict::unknown, q.kind);
    co_return false;
  }
  if (!pause) {
    answer_problem(x.out, pause.error());
    co_return false;
  }
  if (!*pause) co_return true;
  count(metrics.unattended_refused);
  refuse(x, q, now, **pause);
  co_return false;
}

void unattended_limit::refuse(exchange& x, const account_question& q, timestamp now,
                              timestamp next) const {
  const auto date = http_date(next);
  std::string message = "Without the PSU (no PSU-IP-Address) at most " + std::to_string(most_) +
                        " reads in 24 hours are allowed of ";
  message += x.in.path;
  if (q.kind != scope::account_list) {
    message += " for account " + std::to_string(static_cast<std::int64_t>(q.account));
  }
  message += "; the next from " + std::string(date.data(), date.size()) + " on";
  x.out.problem(429, message, "Retry-After: " + std::to_string((next - now).count()) + "\r\n");
}

}  // namespace multipass
