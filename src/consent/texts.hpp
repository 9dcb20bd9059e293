// Every text of our pages, in one place, so that a bank can put it into its own words or its own
// language (config::texts_file). Plain UTF-8 text, escaped when it is displayed; {0}, {1} stand for
// the values that the comment names. The PSU reads these: plain words, no jargon.
//
// A plain value; the gateway keeps one, constant from its start on.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "multipass/scope.hpp"

namespace multipass {

struct texts {
  std::string language = "en";    // BCP 47, for <html lang>
  std::string direction = "ltr";  // or "rtl"
  std::array<std::string, 12> months{"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};
  std::string date = "{0} {1} {2}";  // day, month, year

  // Around every page
  std::string title = "{0} – {1}";               // page, bank
  std::string title_after_error = "Error: {0}";  // title
  std::string service = "Account access";
  std::string sandbox = "Sandbox: sample data only. Do not enter real credentials.";
  std::string foot = "{0} never asks for your password by phone, e-mail or text message.";  // bank

  // Log-in
  std::string login_title = "Log in";
  std::string login_step = "Step 1 of 2";
  std::string login_intro =
      "{0} asks to see account information that you hold at {1}.";  // TPP, bank
  std::string login_promise =
      "After you log in you see exactly what it asks for. Nothing is shared unless you agree.";
  std::string username = "User name";
  std::string password = "Password";
  std::string code = "Security code";
  std::string code_hint = "The 6 digits from your authenticator app";
  std::string login_button = "Log in";
  std::string login_leave = "You did not start this? Close this page. Nothing will be shared.";
  std::string login_failed_title = "You could not be logged in";
  std::string login_failed = "User name, password or code is not right. Check them and try again.";
  std::string login_locked_title = "You cannot log in just now";
  std::string login_locked = "Too many attempts. Try again in {0} minutes.";  // number
  std::string login_locked_shortly = "Too many attempts. Try again in 1 minute.";
  std::string code_once = "A security code works only once.";

  // Review
  std::string review_title = "Review this request";
  std::string review_step = "Step 2 of 2";
  std::string logged_in_as = "Logged in as {0}";                       // PSU
  std::string review_intro = "{0} asks for access to your accounts.";  // TPP
  std::string until_label = "Access ends on";
  std::string return_label = "You return to";
  std::string accounts_title = "Which accounts may it see?";
  std::string scopes_title = "What may it see of them?";
  std::string no_accounts =
      "You have no accounts that could be shared. You can only deny this request.";
  std::string never_title = "It can never";
  std::array<std::string, 2> never{"make payments or change anything in your accounts",
                                   "see your password or your security code"};
  std::string withdraw =
      "You can withdraw your consent at any time: in {0} or with {1}.";  // link, TPP
  std::string withdraw_link = "your list of consents at {0}";            // bank
  std::string approve_button = "Approve";
  std::string deny_button = "Deny";
  std::string choice_missing_title = "Please check your choice";
  std::string choose_account = "Tick at least one account, or deny the request.";
  std::string choose_scope = "Tick at least one kind of information, or deny the request.";

  std::string account_list_name = "List of accounts";
  std::string account_list_meaning = "Which accounts there are: name, IBAN and currency";
  std::string account_details_name = "Account details";
  std::string account_details_meaning = "The details of each single account";
  std::string account_balance_name = "Balances";
  std::string account_balance_meaning = "How much money is in each account";

  // The list of consents
  std::string consents_login_intro =
      "See who has access to your accounts at {0}, and withdraw it.";  // bank
  std::string consents_login_leave = "Nothing changes by logging in.";
  std::string consents_title = "Your consents";
  std::string consents_intro = "These services may see information about your accounts.";
  std::string consents_none = "No service has access to your accounts.";
  std::string consents_live = "Access now";
  std::string consents_ended = "Ended in the last 90 days";
  std::string consent_sees = "May see";
  std::string consent_saw = "Could see";
  std::string consent_accounts = "Accounts";
  std::string consent_account = "Account {0}";  // number, of an account that has no name any more
  std::string consent_since = "Since";
  std::string consent_until = "Until";
  std::string consent_last_used = "Last used";
  std::string consent_not_used = "Not used yet";
  std::string consent_never_used = "Never used";
  std::string consent_ended_on = "Ended on";
  std::string consent_ended_why = "Why";
  std::string ended_expired = "It expired";
  std::string ended_withdrawn = "It was withdrawn by you, or by the bank for you";
  std::string ended_by_tpp = "{0} gave it back";  // TPP
  std::string ended_for_safety = "We ended it for your safety";
  std::string withdraw_button = "Withdraw access";
  std::string withdraw_button_of = "Withdraw access of {0}";  // TPP; read by screen readers
  std::string logout_button = "Log out";
  std::string pages = "Pages";  // the name of the links below, for screen readers
  std::string page_of = "Page {0} of {1}";
  std::string page_before = "Previous page";
  std::string page_after = "Next page";

  // Withdrawing
  std::string withdraw_title = "Withdraw this consent?";
  std::string withdraw_intro =
      "{0} loses its access at once. It has to ask you again before it can see anything.";  // TPP
  std::string withdraw_kept =
      "What {0} has seen until now stays with it. Ask it to delete what you no longer want it to "
      "have.";  // TPP
  std::string withdraw_confirm = "Yes, withdraw access";
  std::string withdraw_cancel = "No, keep it";
  std::string withdrawn_title = "Access withdrawn";
  std::string withdrawn = "{0} can no longer see your accounts.";  // TPP
  std::string ended_before_title = "Nothing to withdraw";
  std::string ended_before = "The consent you gave {0} had ended already.";  // TPP
  std::string consents_link = "Go to your consents";

  std::string consent_unknown_title = "This consent is not known";
  std::string consent_unknown =
      "The link may be incomplete. Your list shows the consents you gave.";
  std::string logged_out_title = "You have been logged out";
  std::string logged_out = "To see your consents again, log in again.";
  std::string login_ended_title = "You are not logged in any more";
  std::string login_ended =
      "For your safety a log-in ends after a while. Nothing was changed. Log in again to go on.";
  std::string not_accepted_title = "This form could not be accepted";
  std::string not_accepted =
      "The form was not sent from this page in this browser, or cookies are switched off. Nothing "
      "was changed. Go to your list of consents and try again.";
  std::string not_read_title = "This page could not be read";
  std::string not_read =
      "What your browser sent is not what this page expects. Nothing was changed. Go to your list "
      "of consents and try again.";
  std::string not_now_title = "We cannot answer just now";
  std::string not_now =
      "This is on our side. Please wait a moment, then look at your list of consents again.";

  // Pages that end the way
  std::string unknown_title = "This request is not known";
  std::string unknown =
      "The link may be incomplete, or the request may have been removed. Go back to the service "
      "you came from and start again.";
  std::string expired_title = "This request has expired";
  std::string expired =
      "For your safety a request can be answered for a short time only. Nothing was shared. Go "
      "back to the service you came from and start again.";
  std::string go_back = "Go back to {0}";  // TPP
  std::string decided_title = "This request was already decided";
  std::string decided =
      "A request can be approved or denied once. Your first decision counts, and nothing has "
      "changed now. You can close this page.";
  std::string session_expired_title = "You have been logged out";
  std::string session_expired =
      "For your safety a log-in ends after a while. Nothing was shared. Log in again to go on.";
  std::string login_again = "Log in again";
  std::string tpp_unknown_title = "This service cannot ask for access";
  std::string tpp_unknown =
      "The service that sent you here is not registered with us, or its access is suspended. "
      "Nothing was shared.";
  std::string forged_title = "This form could not be accepted";
  std::string forged =
      "The form was not sent from this page in this browser, or cookies are switched off. Nothing "
      "was shared. Go back to the service you came from and start again.";
  std::string malformed_title = "This page could not be read";
  std::string malformed =
      "What your browser sent is not what this page expects. Nothing was shared. Go back to the "
      "service you came from and start again.";
  std::string limited_title = "Too many requests";
  std::string limited =
      "More requests than usual come from your network. Nothing was shared. Please wait a moment "
      "and try again.";
  std::string for_developers = "For the service you came from: {0}.";  // reason
  std::string busy_title = "We cannot answer just now";
  std::string busy = "This is on our side. Nothing was shared. Please wait a moment and try again.";

  // Enrolment: a new second factor, by a link from the bank
  std::string enrolment_title = "Set up your security code";
  std::string enrolment_intro =
      "{0} sent you this link so that you can log in with codes from an authenticator app.";  // bank
  std::string enrolment_login_failed =
      "User name or password is not right. Check them and try again.";
  std::string enrolment_login_button = "Continue";
  std::string enrolment_login_leave =
      "You did not ask for this link? Close this page and tell {0}. Nothing has changed.";  // bank
  std::string enrolment_scan_title = "Add the code to your app";
  std::string enrolment_scan =
      "Open your authenticator app, choose to add an account, and scan this picture.";
  std::string enrolment_picture =
      "QR code for your authenticator app. The same key stands below as text.";
  std::string enrolment_type =
      "If you cannot scan it, type this key into the app instead (time-based, 6 digits):";
  std::string enrolment_then =
      "The app then shows 6 digits that change every 30 seconds. Enter them here, so that we know "
      "that it works.";
  std::string enrolment_code = "Code from your app";
  std::string enrolment_finish_button = "Finish";
  std::string enrolment_until_then =
      "Until then you log in as before. Never show this picture or key to anybody.";
  std::string enrolment_code_wrong_title = "This code is not right";
  std::string enrolment_code_wrong =
      "Enter the 6 digits that the app shows now. If it goes on, check that the clock of your "
      "device is right.";
  std::string enrolment_done_title = "Your security code is set up";
  std::string enrolment_done =
      "From now on you log in with codes from this app. Codes from before no longer work. What you "
      "share with others has not changed. You can close this page.";

  // Where an enrolment ends
  std::string enrolment_over_title = "This link does not work";
  std::string enrolment_over =
      "It may be incomplete, have been used, or have expired. If you have just finished with it, "
      "all is well. Otherwise ask {0} for a new link.";  // bank
  std::string enrolment_logged_out_title = "You have been logged out";
  std::string enrolment_logged_out =
      "For your safety this page ends after a while. Nothing has changed. Log in again to go on.";
  std::string enrolment_refused_title = "This form could not be accepted";
  std::string enrolment_refused =
      "The form was not sent from this page in this browser, or cookies are switched off. Nothing "
      "has changed. Open the link again.";
  std::string enrolment_unread_title = "This page could not be read";
  std::string enrolment_unread =
      "What your browser sent is not what this page expects. Nothing has changed. Open the link "
      "again.";
  std::string enrolment_later_title = "We cannot answer just now";
  std::string enrolment_later = "Nothing has changed. Please wait a moment and try again.";
};

/// The texts as they stand above.
const texts& own_texts();

/// One text by its name: the member's, numbered from 1 in an array ("months_1").
struct named_text {
  std::string_view name;
  std::string* value;
};
/// All texts of `t`, in the order above.
std::vector<named_text> names_of(texts& t);

struct scope_text {
  scope value;
  const std::string& name;
  const std::string& meaning;
};
/// In the order of display.
std::array<scope_text, 3> scopes_of(const texts& t);

}  // namespace multipass
