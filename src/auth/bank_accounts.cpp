#include "auth/bank_accounts.hpp"

#include <exception>

namespace multipass {
namespace {

template <class Ask>
std::invoke_result_t<Ask> fenced(Ask ask) {
  try {
    auto answer = ask();
    if (answer || answer.error().code == errc::not_found) return answer;
    return fail(errc::upstream, answer.error().message);
  } catch (const std::exception& e) {
    return fail(errc::upstream, e.what());
  } catch (...) {
    return fail(errc::upstream, "the account source failed");
  }
}

}  // namespace

result<std::vector<account>> bank_accounts::accounts_of(std::string_view psu) {
  return fenced([&] { return source_.accounts_of(psu); });
}

result<std::vector<money>> bank_accounts::balances_of(std::string_view psu, account_id account) {
  return fenced([&] { return source_.balances_of(psu, account); });
}

}  // namespace multipass
