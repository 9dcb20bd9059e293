"""A sandbox of its own: `multipass serve --sandbox` on ports that the system chooses."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

ADMIN_KEY = "sandbox-admin-key"


class Sandbox:
    def __init__(self, program, *arguments):
        self.folder = tempfile.TemporaryDirectory(prefix="multipass-framing-")
        self.log_path = os.path.join(self.folder.name, "log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [program, "serve", "--sandbox", "--listen", "127.0.0.1:0", "--admin-listen",
                 "127.0.0.1:0", "--database", os.path.join(self.folder.name, "sandbox.db"),
                 "--address-rate", "0", "--tpp-rate", "0", *arguments],
                stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True)
        said = ""
        for line in self.process.stdout:
            said += line
            if "admin key" in line:
                break
        addresses = dict(re.findall(r"(public|private) +http://(\S+)", said))
        if len(addresses) != 2:
            self.process.kill()
            sys.exit(f"The gateway did not start: {said}{self.log()}")
        self.public, self.private = addresses["public"], addresses["private"]

    def log(self):
        with open(self.log_path, errors="replace") as log:
            return log.read()

    def is_running(self):
        return self.process.poll() is None

    def stop(self):
        """The exit code."""
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
        self.process.stdout.close()
        code = self.process.wait(timeout=30)
        self.folder.cleanup()
        return code

    def _call(self, address, path, body=None, **query):
        request = urllib.request.Request(
            f"http://{address}{path}?{urllib.parse.urlencode(query)}", method="POST",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": "Bearer " + ADMIN_KEY})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def token(self):
        """A token of john's, with all scopes."""
        scopes = "account.list account.details account.balance"
        page = self._call(self.public, "/api/tpp/authorize", username="username",
                          secret="sandbox-secret", scope=scopes,
                          redirect_uri="http://127.0.0.1:9090/callback")["redirectUrl"]
        handle = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page).query))["x-request-id"]
        back = self._call(self.private, f"/admin/authorizations/{handle}/approve",
                          {"psu": "john"})["redirectUri"]
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
        return self._call(self.public, "/api/client/token", accessCode=query["accessCode"],
                          clientId=query["clientId"])["accessToken"]

    def metric(self, name):
        request = urllib.request.Request(f"http://{self.private}/metrics",
                                         headers={"Authorization": "Bearer " + ADMIN_KEY})
        with urllib.request.urlopen(request, timeout=20) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith(name + " "):
                    return float(line.rsplit(" ", 1)[1])
        return None
