#!/usr/bin/env python3
"""No secret shows where it does not belong: walks the whole flow of a bank's gateway with every
secret known, makes every mistake with each of them, then searches all answers, the log, the metrics
and the bytes of the database for them.

    secrets_test.py build/release/multipass [unittest arguments]
"""

from __future__ import annotations

import base64
import os
import re
import stat
import sys
import tempfile
import unittest
import urllib.parse

sys.dont_write_bytecode = True
from bank import Bank  # noqa: E402
from secret_forms import found_in  # noqa: E402
from walk import Walk  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""


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
            said = re.sub(rb"(?m)^X-Request-ID: [^\r]*", b"", a.whole)  # goes back as it came
            self.refuse(f"the answer {a.whole!r:.2000} to {a.request!r:.300}", said, a.allowed)
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
                if not name.startswith("bank.db"):
                    continue
                self.refuse(name, content, {"state"})  # which has to go back to the TPP

    def test_key_files_are_the_owners_alone(self) -> None:
        for name in ("bank.db.key", "bank.db.admin-key", "bank.db.introspection-key"):
            mode = (self.bank.folder / name).stat().st_mode
            self.assertEqual(stat.S_IMODE(mode), 0o600, name)

    def test_the_browser_goes_to_the_registered_uri_alone(self) -> None:
        for a in self.bank.answers:
            if to := a.field("Location"):
                own = ("/consent/review?", f"http://127.0.0.1:{self.bank.ports[0]}/consent?")
                self.assertTrue(to.startswith((*own, "https://tpp.example/back?")), to)
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


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
