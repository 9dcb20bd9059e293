#!/usr/bin/python3
"""The consent page in a real browser: the whole flow from authorize to the account list.

    flow_test.py build/release/multipass [unittest arguments]
"""

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import harness
from harness import DECIDED, JANES, JOHNS


class Flow(harness.PageTest):
    def test_from_authorize_to_the_accounts_that_were_ticked(self):
        self.open_login()
        self.assertIn("Log in", self.browser.title)
        self.log_in(password="wrong")
        self.assertIn("User name, password or code is not right", self.text())
        self.assertEqual(self.answer_status(), 401)
        self.assertEqual(self.element("#username").get_attribute("value"), "john")
        self.assertEqual(self.element("#password").get_attribute("value"), "")

        self.log_in()
        self.assertIn("/consent/review?", self.browser.current_url)
        self.assertIn("GB01 TCCL 8249 5709 3119 80", self.text())
        self.assertNotIn("30.40", self.text())
        self.element(f"#account-{JANES}").click()
        self.press("button[value=approve]")
        query = self.returned()
        self.assertTrue(self.browser.current_url.startswith(self.callback.url + "?"))
        self.assertEqual(set(query) - {"iss"}, {"accessCode", "clientId"})
        self.assertEqual(self.callback.referers, [None])

        status, token = self.gateway.call("/api/client/token", accessCode=query["accessCode"],
                                          clientId=query["clientId"])
        self.assertEqual(status, 200)
        self.assertEqual(token["scope"], "account.balance account.details account.list")
        status, body = self.gateway.call("/api/tpp/accounts", token=token["accessToken"])
        self.assertEqual((status, [a["id"] for a in body["accounts"]]), (200, [JOHNS]))
        status, _ = self.gateway.call("/api/tpp/account", token=token["accessToken"],
                                      accountId=JANES)
        self.assertEqual(status, 404)

    def test_a_scope_that_was_not_ticked_is_not_granted(self):
        self.open_login(scope="account.list account.balance")
        self.log_in()
        self.assertEqual(len(self.browser.find_elements(By.NAME, "scope")), 2)
        self.element("[id='scope-account.balance']").click()
        self.press("button[value=approve]")
        query = self.returned()
        _, token = self.gateway.call("/api/client/token", accessCode=query["accessCode"],
                                     clientId=query["clientId"])
        self.assertEqual(token["scope"], "account.list")

    def test_denial(self):
        self.open_login(state="abc")
        self.log_in()
        self.press("button[value=deny]")
        query = self.returned()
        self.assertEqual((query["error"], query["state"]), ("access_denied", "abc"))
        self.assertNotIn("accessCode", query)

    def test_nothing_ticked_is_explained_and_nothing_is_lost(self):
        self.open_login()
        self.log_in()
        for account in (JOHNS, JANES):
            self.element(f"#account-{account}").click()
        self.element("[id='scope-account.balance']").click()
        self.press("button[value=approve]")
        self.assertEqual(self.answer_status(), 400)
        self.assertEqual(self.focused(), "problem")
        self.assertFalse(self.element("[id='scope-account.balance']").is_selected())
        self.assertTrue(self.element("[id='scope-account.list']").is_selected())
        self.type(Keys.TAB, Keys.ENTER)  # the link in the summary
        self.type(Keys.TAB, Keys.SPACE)
        self.assertTrue(self.element(f"#account-{JOHNS}").is_selected())
        self.press("button[value=approve]")
        self.assertIn("accessCode", self.returned())

    def test_back_button_and_old_links_say_already_decided(self):
        login = self.open_login()
        self.log_in()
        review = self.browser.current_url
        self.press("button[value=deny]")
        self.returned()
        self.to_next_page(self.browser.back)
        self.assertIn("/consent/review", self.browser.current_url)
        self.assertIn(DECIDED, self.text())
        for url in (login, review):
            self.browser.get(url)
            self.assertIn(DECIDED, self.text())
            self.assertEqual(self.answer_status(), 409)

    def test_a_second_submit_says_already_decided(self):
        self.open_login()
        self.log_in()
        review, first = self.browser.current_url, self.browser.current_window_handle
        self.browser.switch_to.new_window("tab")
        self.browser.get(review)
        self.press("button[value=approve]")
        self.returned()
        self.browser.close()
        self.browser.switch_to.window(first)
        self.press("button[value=deny]")
        self.assertIn(DECIDED, self.text())
        self.assertEqual(self.answer_status(), 409)
        self.assertEqual(len(self.callback.queries), 1)

    def test_two_tabs_do_not_disturb_each_other(self):
        self.open_login()
        first = self.browser.current_window_handle
        self.browser.switch_to.new_window("tab")
        self.open_login()
        self.log_in(username="jane")
        self.press("button[value=approve]")
        self.returned()
        self.browser.close()
        self.browser.switch_to.window(first)
        self.log_in()
        self.assertIn(f"{JOHNS}", self.browser.page_source)

    def test_unknown_requests_have_a_page(self):
        self.browser.get(
            self.gateway.url + "/consent?clientId=username__1&x-request-id=" + "A" * 20)
        self.assertIn("This request is not known", self.text())
        self.assertEqual(self.answer_status(), 404)

    def test_review_without_log_in_leads_to_the_log_in(self):
        login = self.open_login()
        self.browser.get(login.replace("/consent?", "/consent/review?"))
        self.assertEqual(self.answer_status(), 401)
        self.press("a.primary")
        self.log_in()
        self.assertIn("/consent/review", self.browser.current_url)

    def test_a_request_that_expires_in_the_middle_goes_back_to_the_tpp(self):
        self.open_login(state="abc")
        self.log_in()
        review = self.browser.current_url
        self.gateway.change("UPDATE authorization SET expires_at = 1 WHERE decided = 0")
        self.press("button[value=approve]")
        query = self.returned()
        self.assertEqual((query["error"], query["state"]), ("access_denied", "abc"))
        self.assertNotIn("accessCode", query)
        self.browser.get(review)
        self.assertEqual(self.answer_status(), 410)
        self.assertIn("This request has expired", self.text())
        self.press("a.primary")
        self.assertTrue(self.browser.current_url.startswith(self.callback.url + "?error="))

    def test_a_log_in_that_ends_in_the_middle_leads_back_to_the_log_in(self):
        self.open_login()
        self.log_in()
        self.browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.press("button[value=approve]")
        self.assertEqual(self.answer_status(), 401)
        self.assertIn("You have been logged out", self.text())
        self.assertEqual(self.callback.queries, [])
        self.press("a.primary")
        self.log_in()
        self.press("button[value=approve]")
        self.assertIn("accessCode", self.returned())

    def test_a_double_click_decides_once(self):
        self.open_login()
        self.log_in()
        before = len(self.gateway.consents())
        self.to_next_page(lambda: self.browser.execute_script(
            "const b = document.querySelector('button[value=approve]'); b.click(); b.click();"))
        self.wait_for(lambda: self.callback.queries or DECIDED in self.text())
        self.assertEqual(len(self.gateway.consents()), before + 1)

    def test_without_scripts_nothing_is_missing(self):
        self.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        try:
            self.open_login()
            for name, value in (("username", "john"), ("password", "sandbox-password"),
                                ("code", "000000")):
                self.element("#" + name).send_keys(value)
            self.element("button.primary").click()
            self.wait_for(lambda: self.elements("button[value=approve]"))
            self.element("button[value=approve]").click()
            self.assertIn("accessCode", self.returned())
        finally:
            self.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


if __name__ == "__main__":
    harness.main(__doc__)
