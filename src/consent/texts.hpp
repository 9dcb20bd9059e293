// Every text of the consent page, in one place, so that a bank can put it into its own words or its
// own language (then set `language` as well). Plain UTF-8 text, escaped when it is displayed; {0},
// {1} stand for the values that the comment names. The PSU reads these: plain words, no jargon.
#pragma once

#include <array>
#include <string_view>

#include "multipass/scope.hpp"

namespace multipass::texts {

inline constexpr std::string_view language = "en";  // BCP 47, for <html lang>
inline constexpr std::array<std::string_view, 12> months{
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
inline constexpr std::string_view date = "{0} {1} {2}";  // day, month, year

// Around every page
inline constexpr std::string_view title = "{0} – {1}";               // page, bank
inline constexpr std::string_view title_after_error = "Error: {0}";  // title
inline constexpr std::string_view service = "Account access";
inline constexpr std::string_view sandbox =
    "Sandbox: sample data only. Do not enter real credentials.";
inline constexpr std::string_view foot =
    "{0} never asks for your password by phone, e-mail or text message.";  // bank

// Log-in
inline constexpr std::string_view login_title = "Log in";
inline constexpr std::string_view login_step = "Step 1 of 2";
inline constexpr std::string_view login_intro =
    "{0} asks to see account information that you hold at {1}.";  // TPP, bank
inline constexpr std::string_view login_promise =
    "After you log in you see exactly what it asks for. Nothing is shared unless you agree.";
inline constexpr std::string_view username = "User name";
inline constexpr std::string_view password = "Password";
inline constexpr std::string_view code = "Security code";
inline constexpr std::string_view code_hint = "The 6 digits from your authenticator app";
inline constexpr std::string_view login_button = "Log in";
inline constexpr std::string_view login_leave =
    "You did not start this? Close this page. Nothing will be shared.";
inline constexpr std::string_view login_failed_title = "You could not be logged in";
inline constexpr std::string_view login_failed =
    "User name, password or code is not right. Check them and try again.";
inline constexpr std::string_view login_locked_title = "You cannot log in just now";
inline constexpr std::string_view login_locked =
    "Too many attempts. Try again in {0} minutes.";  // number
inline constexpr std::string_view login_locked_shortly =
    "Too many attempts. Try again in 1 minute.";
inline constexpr std::string_view code_once = "A security code works only once.";

// Review
inline constexpr std::string_view review_title = "Review this request";
inline constexpr std::string_view review_step = "Step 2 of 2";
inline constexpr std::string_view logged_in_as = "Logged in as {0}";                       // PSU
inline constexpr std::string_view review_intro = "{0} asks for access to your accounts.";  // TPP
inline constexpr std::string_view until_label = "Access ends on";
inline constexpr std::string_view return_label = "You return to";
inline constexpr std::string_view accounts_title = "Which accounts may it see?";
inline constexpr std::string_view scopes_title = "What may it see of them?";
inline constexpr std::string_view no_accounts =
    "You have no accounts that could be shared. You can only deny this request.";
inline constexpr std::string_view never_title = "It can never";
inline constexpr std::array<std::string_view, 2> never{
    "make payments or change anything in your accounts", "see your password or your security code"};
inline constexpr std::string_view withdraw =
    "You can withdraw your consent at any time: at {0} or with {1}.";  // bank, TPP
inline constexpr std::string_view approve_button = "Approve";
inline constexpr std::string_view deny_button = "Deny";
inline constexpr std::string_view choice_missing_title = "Please check your choice";
inline constexpr std::string_view choose_account =
    "Tick at least one account, or deny the request.";
inline constexpr std::string_view choose_scope =
    "Tick at least one kind of information, or deny the request.";

struct scope_text {
  scope value;
  std::string_view name;
  std::string_view meaning;
};

// In the order of display.
inline constexpr std::array<scope_text, 3> scopes{{
    {scope::account_list, "List of accounts", "Which accounts there are: name, IBAN and currency"},
    {scope::account_details, "Account details", "The details of each single account"},
    {scope::account_balance, "Balances", "How much money is in each account"},
}};

// Pages that end the way
inline constexpr std::string_view unknown_title = "This request is not known";
inline constexpr std::string_view unknown =
    "The link may be incomplete, or the request may have been removed. Go back to the service you "
    "came from and start again.";
inline constexpr std::string_view expired_title = "This request has expired";
inline constexpr std::string_view expired =
    "For your safety a request can be answered for a short time only. Nothing was shared. Go back "
    "to the service you came from and start again.";
inline constexpr std::string_view go_back = "Go back to {0}";  // TPP
inline constexpr std::string_view decided_title = "This request was already decided";
inline constexpr std::string_view decided =
    "A request can be approved or denied once. Your first decision counts, and nothing has changed "
    "now. You can close this page.";
inline constexpr std::string_view session_expired_title = "You have been logged out";
inline constexpr std::string_view session_expired =
    "For your safety a log-in ends after a while. Nothing was shared. Log in again to go on.";
inline constexpr std::string_view login_again = "Log in again";
inline constexpr std::string_view tpp_unknown_title = "This service cannot ask for access";
inline constexpr std::string_view tpp_unknown =
    "The service that sent you here is not registered with us, or its access is suspended. Nothing "
    "was shared.";
inline constexpr std::string_view forged_title = "This form could not be accepted";
inline constexpr std::string_view forged =
    "The form was not sent from this page in this browser, or cookies are switched off. Nothing "
    "was "
    "shared. Go back to the service you came from and start again.";
inline constexpr std::string_view malformed_title = "This page could not be read";
inline constexpr std::string_view malformed =
    "What your browser sent is not what this page expects. Nothing was shared. Go back to the "
    "service you came from and start again.";
inline constexpr std::string_view limited_title = "Too many requests";
inline constexpr std::string_view limited =
    "More requests than usual come from your network. Nothing was shared. Please wait a moment and "
    "try again.";
inline constexpr std::string_view for_developers = "For the service you came from: {0}.";  // reason
inline constexpr std::string_view busy_title = "We cannot answer just now";
inline constexpr std::string_view busy =
    "This is on our side. Nothing was shared. Please wait a moment and try again.";

}  // namespace multipass::texts
