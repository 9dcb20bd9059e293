#!/usr/bin/python3
"""The list of consents in a real browser: who has access, and withdrawing it.

    dashboard_test.py build/release/multipass [unittest arguments]
"""

import harness


class Dashboard(harness.PageTest):
    def ids(self):
        return [c["id"] for c in self.gateway.consents() if c["psu"] == "john"]

    def reads(self, token):
        return self.gateway.call("/api/tpp/accounts", token=token)[0]

    def test_who_has_access_to_what_and_withdrawing_it(self):
        token = self.gateway.grant(scope="account.list account.balance",
                                   accounts=[harness.JOHNS], scopes=["account.list"])
        self.assertEqual(self.reads(token), 200)
        self.open("/consents")
        self.assertIn("Log in", self.browser.title)
        self.log_in(password="wrong")
        self.assertEqual(self.answer_status(), 401)
        self.assertIn("User name, password or code is not right", self.text())
        self.log_in()
        self.assertEqual(self.browser.current_url, self.gateway.url + "/consents")
        entry = self.element(".consent").text
        for part in (harness.TPP_NAME, "List of accounts", "GB01 TCCL 8249 5709 3119 80", "Since",
                     "Until", "Last used"):
            self.assertIn(part, entry)
        self.assertNotIn("Balances", entry)
        self.assertNotIn("GB77", entry)

        self.press(".consent a[href$='/withdraw']")
        self.assertIn("Withdraw this consent?", self.text())
        self.assertEqual(self.reads(token), 200)
        self.press("a[href='/consents']")
        self.assertEqual(self.reads(token), 200)
        self.press(".consent a[href$='/withdraw']")
        self.press("button.primary")
        self.assertEqual(self.reads(token), 401)
        self.assertIn("Access withdrawn", self.text())
        self.assertIn(harness.TPP_NAME, self.element("#done").text)
        self.assertIn("It was withdrawn by you", self.text())

    def test_the_review_leads_to_the_list(self):
        self.open_login()
        self.log_in()
        self.press("a[href='/consents']")
        self.assertIn("Log in", self.text())
        self.assertIn("See who has access", self.text(), "the log-in to a request is none here")

    def test_a_withdrawal_in_a_second_tab_and_the_back_button(self):
        self.gateway.grant()
        self.open_dashboard()
        self.press(".consent a[href$='/withdraw']")
        question, first = self.browser.current_url, self.browser.current_window_handle
        self.browser.switch_to.new_window("tab")
        self.browser.get(question)
        self.press("button.primary")
        self.assertIn("Access withdrawn", self.text())
        self.browser.close()
        self.browser.switch_to.window(first)
        self.press("button.primary")
        self.assertEqual(self.answer_status(), 200)
        self.assertIn("Access withdrawn", self.text())
        self.browser.back()  # perhaps to the page as it was, which browsers may keep
        self.to_next_page(self.browser.refresh)
        self.assertNotIn("Withdraw this consent?", self.text(), "it has ended")

    def test_log_out(self):
        self.open_dashboard()
        kept = self.browser.get_cookies()
        self.press("form[action='/consents/logout'] button")
        self.assertIn("You have been logged out", self.text())
        self.assertTrue(self.elements("#password"))
        self.to_next_page(self.browser.back)
        self.assertTrue(self.elements("#password"), "the back button shows nothing")
        for cookie in kept:
            self.browser.add_cookie(cookie)
        self.open("/consents")
        self.assertTrue(self.elements("#password"), "a copy of the cookie is worth nothing")

    def test_a_log_in_that_ends_in_the_middle(self):
        self.gateway.grant()
        self.open_dashboard()
        self.press(".consent a[href$='/withdraw']")
        live = len(self.ids())
        self.browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.press("button.primary")
        self.assertEqual(self.answer_status(), 401)
        self.assertIn("Nothing was changed", self.text())
        self.press("a.primary")
        self.log_in()
        self.assertEqual(len(self.ids()), live)
        self.assertTrue(self.elements(".consent a[href$='/withdraw']"))

    def test_somebody_elses_consent_is_not_known(self):
        self.gateway.grant("jane")
        janes = max(c["id"] for c in self.gateway.consents() if c["psu"] == "jane")
        self.open_dashboard("john")
        self.assertNotIn(f"/consents/{janes}/", self.browser.page_source)
        for path in (f"/consents/{janes}/withdraw", "/consents/999999/withdraw",
                     "/consents/x/withdraw", "/consents/-1/withdraw"):
            self.open(path)
            self.assertEqual(self.answer_status(), 404)
            self.assertIn("This consent is not known", self.text())
        self.open(f"/consents?withdrawn={janes}")
        self.assertFalse(self.elements("#done"))

    def test_many_consents_come_page_by_page(self):
        before = sum(c["psu"] == "jane" for c in self.gateway.consents())
        self.gateway.grant("jane")
        columns = [row[1] for row in self.gateway.rows("PRAGMA table_info(consent)")]
        copied = ", ".join(f"{c} + n" if c in ("id", "client_number") else c for c in columns)
        self.gateway.change(
            "WITH RECURSIVE number(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM number LIMIT 45) "
            f"INSERT INTO consent SELECT {copied} FROM consent, number "
            "WHERE owner = (SELECT id FROM psu WHERE username = 'jane') "
            "AND id = (SELECT max(id) FROM consent)")
        self.gateway.change("INSERT INTO consent_account SELECT id, 10000000001 FROM consent "
                            "WHERE id >= 1000")
        self.open_dashboard("jane")
        seen = 0
        for page in (1, 2, 3):
            self.assertIn(f"Page {page} of 3", self.text())
            seen += len(self.elements(".consent"))
            if page < 3:
                self.press("a[rel=next]")
        self.assertEqual(seen, before + 46)
        self.press("a[rel=prev]")
        self.assertIn("Page 2 of 3", self.text())
        self.open("/consents?page=99")
        self.assertIn("Page 3 of 3", self.text())


if __name__ == "__main__":
    harness.main(__doc__)
