#!/usr/bin/env python3
"""No secret shows where it does not belong: walks the whole flow of a bank's gateway with every
secret known, makes every mistake with each of them, then searches all answers, the log, the metrics
and the bytes of the database for them.

    secrets_test.py build/release/multipass [unittest arguments]
"""

from __future__ import annotations

import base64
import hashlib
import os
import pathlib
import re
import signal
import stat
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

sys.dont_write_bytecode = True
import mistakes  # noqa: E402
from bank import Bank, allow_core_dumps, own_program, this_step, totp  # noqa: E402
from secret_forms import found_in  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""
PASSWORD = "Correct-Horse/battery+9"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
STATE = "af0ifjsldkjState97"
SCOPES = "account.list account.details account.balance"
SHOWN_IDS = ("handle", "code", "token")  # of the lengths that an X-Request-ID may not have
CSV_ROW = {"id": 47669570047, "psu": "anna", "name": "Anna", "iban": "GB01", "currency": "EUR",
           "balances": [{"currency": "EUR", "available": "30.40"}]}


class Walk:
    """The flow as it should go; `secrets` is what it came by."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.secrets: dict[str, bytes] = {
            "admin key": bank.admin_key.encode(), "password": PASSWORD.encode(),
            "verifier": VERIFIER.encode(), "state": STATE.encode(),
            "server key": (bank.folder / "bank.db.key").read_bytes()}
        self.provision()
        self.flow()

    def learn(self, answer, **named: str):
        """Notes what `answer` delivers, and that it may."""
        for name, value in named.items():
            assert value, answer.whole
            self.secrets[name.replace("_", " ")] = value.encode()
            answer.allowed.add(name.replace("_", " "))

    def provision(self) -> None:
        b = self.bank
        tpp = {"username": "shop", "name": "Shop", "scopes": SCOPES, "requires_secret": True,
               "redirect_uris": ["https://tpp.example/back"]}
        added = b.admin("POST", "/admin/tpps", tpp)
        self.learn(added, old_secret=added.json()["secret"])
        rotated = b.admin("POST", "/admin/tpps/shop/rotate-secret", {})
        self.secret = rotated.json()["secret"]
        self.learn(rotated, secret=self.secret)
        psu = b.admin("POST", "/admin/psus",
                      {"username": "anna", "name": "Anna", "password": PASSWORD})
        self.totp = urllib.parse.parse_qs(psu.json()["totp_uri"].partition("?")[2])["secret"][0]
        self.learn(psu, second_factor=self.totp)
        self.secrets["second factor, raw"] = base64.b32decode(self.totp)
        imported = b.admin("POST", "/admin/accounts/import", {"accounts": [CSV_ROW]})
        assert imported.status == 200, imported.whole

    def flow(self) -> None:
        b = self.bank
        challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
        asked = b.ask("POST", "/api/tpp/authorize?" + urllib.parse.urlencode({
            "username": "shop", "secret": self.secret, "scope": SCOPES, "state": STATE,
            "redirect_uri": "https://tpp.example/back", "code_challenge_method": "S256",
            "code_challenge": challenge.decode().rstrip("=")}))
        query = urllib.parse.parse_qs(asked.json()["redirectUrl"].partition("?")[2])
        client, handle = query["clientId"][0], query["x-request-id"][0]
        self.learn(asked, handle=handle)
        self.who = {"clientId": client, "x-request-id": handle}
        location = self.decide()
        back = urllib.parse.parse_qs(location.partition("?")[2])
        code = back["accessCode"][0]
        self.learn(b.answers[-1], code=code)
        b.answers[-1].allowed.add("state")
        target = "/api/client/token?" + urllib.parse.urlencode(
            {"accessCode": code, "clientId": client, "secret": self.secret,
             "code_verifier": VERIFIER})
        issued = b.ask("POST", target)
        token = issued.json()["accessToken"]
        self.learn(issued, token=token)
        bearer = f"Authorization: Bearer {token}\r\n"
        for path in ("accounts", "account?accountId=47669570047",
                     "account/balance?accountId=47669570047"):
            assert b.ask("POST", f"/api/tpp/{path}", bearer).status == 200, path
        assert b.ask("POST", target).status == 404  # replayed: ends the consent
        assert b.ask("POST", "/api/tpp/accounts", bearer).status == 401
        assert b.ask("POST", f"/api/client/token/revoke?accessToken={token}").status == 400

    def decide(self) -> str:
        b = self.bank
        page = b.ask("GET", "/consent?" + urllib.parse.urlencode(self.who))
        cookie = page.field("Set-Cookie").partition(";")[0]
        csrf = page.hidden("csrf")
        self.learn(page, form_cookie=cookie.partition("=")[2], form_token=csrf)
        step = this_step()
        code = totp(self.totp, step)
        self.secrets["one-time code"] = code.encode()
        page.allowed.add("handle")
        wrong = [("anna", PASSWORD + "x", code), ("anna", PASSWORD, "000000"),
                 (PASSWORD, PASSWORD, code), ("nobody", PASSWORD, code)]
        for username, password, factor in wrong:
            again = b.form("/consent/login", cookie, **self.who, csrf=csrf, username=username,
                           password=password, code=factor)
            again.allowed |= {"handle", "form token", "form cookie"}
            if username == PASSWORD:
                again.allowed.add("password")  # the field keeps what was typed into it
            assert again.status == 401, again.whole
        login = b.form("/consent/login", cookie, **self.who, csrf=csrf, username="anna",
                       password=PASSWORD, code=code)
        assert login.status == 303, login.whole
        cookie = login.field("Set-Cookie").partition(";")[0]
        self.learn(login, session_cookie=cookie.partition("=")[2])
        login.allowed.add("handle")
        review = b.ask("GET", login.field("Location"), f"Cookie: {cookie}\r\n")
        self.learn(review, session_token=review.hidden("csrf"))
        review.allowed.add("handle")
        forged = b.form("/consent/decision", cookie, **self.who, csrf=csrf, decision="approve")
        assert forged.status == 403, forged.whole
        done = b.form("/consent/decision", cookie, **self.who, csrf=review.hidden("csrf"),
                      account=47669570047, scope=SCOPES.split(), decision="approve")
        assert done.status == 303, done.whole
        return done.field("Location")

    def err(self) -> None:
        """Each secret in every wrong place. The flow is over: none of them opens anything here."""
        b = self.bank
        for name, secret in self.secrets.items():
            raw = name in ("server key", "second factor, raw")
            text = base64.b64encode(secret).decode() if raw else secret.decode()
            for make in (mistakes.in_parameters, mistakes.in_header, mistakes.too_large):
                for sent in make(text):
                    b.send(sent)
            for sent in mistakes.on_the_private_listener(text):
                b.send(sent, private=True)
            for sent in mistakes.with_the_admin_key(text, b.admin_key):
                b.send(sent, private=True)
            if name in SHOWN_IDS:
                b.ask("POST", "/api/tpp/accounts", f"X-Request-ID: {text}\r\n")
        for path in ("/admin/tpps", "/admin/psus", "/admin/consents"):
            assert b.admin("GET", path).status == 200
        for path in ("/metrics", "/readyz", "/healthz"):
            assert b.ask("GET", path, private=True).status == 200


class Secrets(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory(prefix="multipass-secrets-")
        cls.bank = Bank(PROGRAM, cls.folder.name)
        cls.addClassCleanup(cls.folder.cleanup)
        cls.addClassCleanup(cls.bank.stop)
        cls.walk = Walk(cls.bank)
        cls.walk.err()
        cls.live = cls.files()
        assert cls.bank.stop() == 0
        cls.ended = cls.files()

    @classmethod
    def files(cls) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in cls.bank.folder.iterdir()
                if not path.name.endswith("key")}

    def refuse(self, where: str, text: bytes, but: set[str] = frozenset()) -> None:
        for name, secret in self.walk.secrets.items():
            if name not in but and found_in(text, secret):
                self.fail(f"{name} shows in {where}")

    def test_answers_hold_only_what_they_exist_to_deliver(self) -> None:
        self.assertGreater(len(self.bank.answers), 3000)
        statuses = {a.status for a in self.bank.answers}
        self.assertLessEqual({200, 201, 303, 400, 401, 403, 404, 405, 413, 414, 415, 431},
                             statuses)
        self.assertNotIn(500, statuses)
        for a in self.bank.answers:
            self.refuse(f"the answer {a.whole!r:.2000} to {a.request!r:.300}", a.whole, a.allowed)
            for name in a.allowed - {"form cookie", "form token", "handle"}:  # the search can find
                self.assertTrue(found_in(a.whole, self.walk.secrets[name]), name)

    def test_the_log_holds_none(self) -> None:
        log = self.ended["log"]
        for event in (b'"login_ok"', b'"login_failed"', b'"tpp_refused"', b'"code_replayed"',
                      b'"token_issued"', b'"status":"404"', b'"psu_added"'):
            self.assertIn(event, log)
        self.refuse("the log", log)

    def test_the_database_holds_none(self) -> None:
        self.assertIn("bank.db-wal", self.live)
        self.assertIn(b"anna", self.live["bank.db"] + self.live["bank.db-wal"])
        self.assertIn(b"anna", self.ended["bank.db"])
        for files in (self.live, self.ended):
            for name, content in files.items():
                self.refuse(name, content, {"state"})  # which has to go back to the TPP

    def test_key_files_are_the_owners_alone(self) -> None:
        for name in ("bank.db.key", "bank.db.admin-key"):
            mode = (self.bank.folder / name).stat().st_mode
            self.assertEqual(stat.S_IMODE(mode), 0o600, name)

    def test_the_browser_goes_to_the_registered_uri_alone(self) -> None:
        for a in self.bank.answers:
            if to := a.field("Location"):
                own = "/consent/review?"
                self.assertTrue(to.startswith((own, "https://tpp.example/back?")), to)
                self.assertEqual(a.field("Referrer-Policy"), "no-referrer")
                names = set(urllib.parse.parse_qs(to.partition("?")[2]))
                self.assertEqual(names, {"clientId", "x-request-id"} if to.startswith(own)
                                 else {"accessCode", "clientId", "state", "iss"})


    def test_cookies_are_this_hosts_alone_and_out_of_reach_of_scripts(self) -> None:
        lines = [line for a in self.bank.answers
                 for line in re.findall(r"(?im)^Set-Cookie: ([^\r]*)", a.head.decode("latin-1"))]
        self.assertTrue(lines)
        for line in lines:
            self.assertRegex(line, r"^__Host-multipass-(form|login)-[0-9a-f]{8}=[^;]*; HttpOnly; "
                                   r"SameSite=Lax; Path=/; Secure(; Max-Age=0)?$")


class TheSearch(unittest.TestCase):
    def test_finds_a_secret_however_it_is_written(self) -> None:
        secret = b"Ab+/9~ z.Q-77_xY"
        for front in (b"", b"x", b"xy", b"xyz"):
            whole = base64.b64encode(front + secret + b"tail")
            self.assertTrue(found_in(whole, secret), whole)
            self.assertTrue(found_in(base64.urlsafe_b64encode(front + secret), secret))
        quoted = urllib.parse.quote(secret).encode()
        for text in (secret, secret.upper(), secret.lower(), secret.hex().encode(),
                     secret.hex().upper().encode(), quoted, quoted.lower(),
                     urllib.parse.quote_plus(secret).encode(),
                     "".join(f"%{b:02X}" for b in secret).encode()):
            self.assertTrue(found_in(b"before" + text + b"after", secret), text)
        self.assertFalse(found_in(b"Ab+/9~ z.Q-77_x" + b"1" * 100, secret))
        self.assertTrue(found_in(b"code 123456.", b"123456"))
        self.assertFalse(found_in(b"1234567", b"123456"))


def dumps_core(process: subprocess.Popen) -> bool:
    _, status = os.waitpid(process.pid, 0)
    process.returncode = -signal.SIGQUIT
    return os.WCOREDUMP(status)


class CoreDumps(unittest.TestCase):
    def test_a_dying_server_leaves_no_memory_behind(self) -> None:
        if b"__asan_init" in own_program(PROGRAM):
            self.skipTest("AddressSanitizer's leak check traces its own process")
        with tempfile.TemporaryDirectory(prefix="multipass-core-") as folder:
            bank = Bank(PROGRAM, folder)
            limits = pathlib.Path(f"/proc/{bank.process.pid}/limits").read_text()
            bank.process.send_signal(signal.SIGQUIT)
            self.assertFalse(dumps_core(bank.process))
            bank.stop()
            self.assertFalse([f for f in os.listdir(folder) if "core" in f])
            self.assertTrue(re.search(r"Max core file size +0 +0 ", limits), limits)

    def test_this_machine_would_dump_it(self) -> None:
        with tempfile.TemporaryDirectory(prefix="multipass-core-") as folder:
            other = subprocess.Popen(["sleep", "60"], cwd=folder, preexec_fn=allow_core_dumps)
            other.send_signal(signal.SIGQUIT)
            if not dumps_core(other):
                self.skipTest("no core dumps here: the other test shows the limits alone")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
