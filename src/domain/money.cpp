#include "multipass/money.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace multipass {
namespace {

// ISO 4217 active codes by minor digits; those with 2 are the rest of the list.
constexpr std::string_view none =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
constexpr std::string_view three = "BHD IQD JOD KWD LYD OMR TND ";
constexpr std::string_view four = "CLF UYW ";
constexpr std::string_view two =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN "
    "BZD "
    "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL "
    "GHS "
    "GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD "
    "LSL "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN "
    "PGK "
    "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB "
    "TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD YER ZAR ZMW ZWG ZWL ";

bool lists(std::string_view codes, std::string_view code) {
  for (std::size_t i = 0; i < codes.size(); i += 4) {
    if (codes.substr(i, 3) == code) return true;
  }
  return false;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

int minor_digits(std::string_view currency) noexcept {
  if (currency.size() != 3) return -1;
  if (lists(two, currency)) return 2;
  if (lists(none, currency)) return 0;
  if (lists(three, currency)) return 3;
  if (lists(four, currency)) return 4;
  return -1;
}

result<money> parse_money(std::string_view amount, std::string_view currency) {
  const int digits = minor_digits(currency);
  if (digits < 0) return fail(errc::invalid_input, "the currency is not an ISO 4217 code");
  const auto bad =
      fail(errc::invalid_input, "an amount in " + std::string(currency) + " is digits with " +
                                    std::to_string(digits) + " behind the point");
  std::string plain;
  if (amount.starts_with('-')) {
    plain = "-";
    amount.remove_prefix(1);
  }
  const auto point = std::min(amount.find('.'), amount.size());
  const auto whole = amount.substr(0, point);
  const auto fraction = amount.substr(std::min(point + 1, amount.size()));
  const bool has_point = point != amount.size();
  if (whole.empty() || !all_digits(whole) || !all_digits(fraction)) return bad;
  if (has_point && (digits == 0 || fraction.size() != static_cast<std::size_t>(digits))) return bad;
  plain += whole;
  plain += has_point ? std::string(fraction) : std::string(static_cast<std::size_t>(digits), '0');
  money m{std::string(currency), 0};
  const auto end = plain.data() + plain.size();
  const auto [stopped, problem] = std::from_chars(plain.data(), end, m.minor);
  if (problem != std::errc{} || stopped != end) {
    return fail(errc::invalid_input, "the amount is too large");
  }
  return m;
}

void append_amount(std::string& out, const money& amount) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), amount.minor).ptr;
  std::string_view plain(text.data(), static_cast<std::size_t>(end - text.data()));
  if (plain.front() == '-') {
    out += '-';
    plain.remove_prefix(1);
  }
  const auto digits = static_cast<std::size_t>(std::max(minor_digits(amount.currency), 0));
  if (digits == 0) {
    out += plain;
  } else if (plain.size() > digits) {
    out += plain.substr(0, plain.size() - digits);
    out += '.';
    out += plain.substr(plain.size() - digits);
  } else {
    out += "0.";
    out.append(digits - plain.size(), '0');
    out += plain;
  }
}

}  // namespace multipass
