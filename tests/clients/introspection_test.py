#!/usr/bin/env python3
"""Somebody else's resource server behind our introspection (RFC 7662): Apache with mod_oauth2
protects a file of its own, and lets in who has a live access token with the right scope.

    introspection_test.py build/release/multipass [unittest arguments]
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""
MODULES = "/usr/lib/apache2/modules"

APACHE = r"""ServerRoot "{folder}"
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile "{folder}/apache.pid"
ErrorLog "{folder}/apache.log"
LogLevel warn oauth2:debug
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule oauth2_module {modules}/mod_oauth2.so
StartServers 1
User www-data
Group www-data
DocumentRoot "{folder}/www"
# A revoked token is to be refused at once, so no answer is kept.
<Directory "{folder}/www">
  AuthType oauth2
  AuthzSendForbiddenOnFailure On
  OAuth2TokenVerify introspect http://{admin}/introspect \
introspect.auth=basic&username=apache&password=sandbox-introspection-key&expiry=0
  OAuth2TargetPass remote_user_claim=sub
  # This module compares the scope as a whole; ours come in alphabetical order.
  Require oauth2_claim "scope:account.list" "scope:account.details account.list" \
"scope:account.balance account.list" "scope:account.balance account.details account.list"
</Directory>
"""


def call(method: str, url: str, headers: dict[str, str] = {}, body: bytes | None = None):
    """Status, header fields and body, whatever the status."""
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read()


class Sandbox:
    """The gateway with its sample data, and the way to a token."""

    def __init__(self, folder: str) -> None:
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--sandbox", "--listen", "127.0.0.1:0", "--admin-listen",
             "127.0.0.1:0", "--database", f"{folder}/sandbox.db"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        said = ""
        while "private" not in said:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError("the gateway did not start:\n" + said)
            said += line
        self.public, self.admin = re.findall(r"http://(127\.0\.0\.1:\d+)", said)[:2]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()

    def token(self, scope: str, psu: str = "john") -> str:
        asked = urllib.parse.urlencode({
            "username": "username", "secret": "sandbox-secret", "scope": scope,
            "redirect_uri": "http://127.0.0.1:9090/callback"})
        _, _, body = call("POST", f"http://{self.public}/api/tpp/authorize?{asked}")
        where = urllib.parse.parse_qs(json.loads(body)["redirectUrl"].partition("?")[2])
        _, _, body = call(
            "POST", f"http://{self.admin}/admin/authorizations/{where['x-request-id'][0]}/approve",
            {"Authorization": "Bearer sandbox-admin-key", "Content-Type": "application/json"},
            json.dumps({"psu": psu}).encode())
        back = urllib.parse.parse_qs(json.loads(body)["redirectUri"].partition("?")[2])
        code = urllib.parse.urlencode({"accessCode": back["accessCode"][0],
                                       "clientId": back["clientId"][0]})
        _, _, body = call("POST", f"http://{self.public}/api/client/token?{code}")
        return json.loads(body)["accessToken"]

    def revoke(self, token: str) -> int:
        return call("POST", f"http://{self.public}/api/client/token/revoke?accessToken={token}")[0]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Apache:
    def __init__(self, folder: str, sandbox: Sandbox) -> None:
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o755)  # it serves as another user
        (self.folder / "www").mkdir()
        (self.folder / "www" / "statement.txt").write_text("for your eyes only\n")
        self.port = free_port()
        configuration = self.folder / "apache.conf"
        configuration.write_text(APACHE.format(folder=folder, port=self.port, modules=MODULES,
                                               admin=sandbox.admin))
        self.process = subprocess.Popen(
            ["/usr/sbin/apache2", "-D", "FOREGROUND", "-f", str(configuration)])
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("Apache did not start:\n" + self.log()) from None
                time.sleep(0.1)

    def log(self) -> str:
        log = self.folder / "apache.log"
        return log.read_text() if log.exists() else "no log"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def get(self, token: str = ""):
        return call("GET", f"http://127.0.0.1:{self.port}/statement.txt",
                    {"Authorization": f"Bearer {token}"} if token else {})


class Introspection(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(prefix="multipass-introspection-")
        cls.addClassCleanup(folder.cleanup)
        cls.sandbox = Sandbox(folder.name)
        cls.addClassCleanup(cls.sandbox.stop)
        cls.apache = Apache(folder.name, cls.sandbox)
        cls.addClassCleanup(cls.apache.stop)

    def check(self, status: int, token: str = "") -> None:
        got, fields, body = self.apache.get(token)
        self.assertEqual(got, status, self.apache.log())
        self.assertEqual(body == b"for your eyes only\n", status == 200)
        if status == 401:
            self.assertIn("Bearer", fields["WWW-Authenticate"])

    def test_a_live_token_is_let_in_until_it_is_revoked(self) -> None:
        token = self.sandbox.token("account.list account.details")
        for _ in range(3):
            self.check(200, token)
        self.assertEqual(self.sandbox.revoke(token), 200)
        self.check(401, token)

    def test_nobody_else_is(self) -> None:
        self.check(401)
        self.check(401, "A" * 25)
        self.check(401, "sandbox-introspection-key")

    def test_a_token_without_the_scope_is_forbidden(self) -> None:
        self.check(403, self.sandbox.token("account.balance"))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
