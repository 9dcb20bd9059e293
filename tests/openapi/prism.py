"""Prism as a proxy between the tests and a listener: it compares every request and every answer with
the OpenAPI document, and says in the header sl-violations what does not fit."""

import json
import os
import pathlib
import socket
import subprocess
import time
import urllib.parse

from listener import ask

PRISM = pathlib.Path(__file__).parents[1] / "node_modules/@stoplight/prism-cli/dist/index.js"


def strict(node):
    """The same document, but an object with members that it does not name is wrong. Clients must
    ignore what they do not know; this server must not say what it does not document."""
    if isinstance(node, list):
        return [strict(n) for n in node]
    if not isinstance(node, dict):
        return node
    node = {key: strict(value) for key, value in node.items()}
    if node.get("type") == "object" and "properties" in node:
        node.setdefault("additionalProperties", False)
    return node


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Prism:
    def __init__(self, listener, folder):
        self.document, self.upstream = listener.document, listener.address
        self.seen = set()  # (method, documented path, status) that went through
        file = os.path.join(folder, listener.address.replace(":", "-") + ".json")
        with open(file, "w") as out:
            json.dump(strict(listener.document), out)
        self.address = f"127.0.0.1:{free_port()}"
        self.log_path = file + ".log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                ["node", PRISM, "proxy", file, "http://" + listener.address, "-h", "127.0.0.1",
                 "-p", self.address.split(":")[1]], stdout=log, stderr=log,
                stdin=subprocess.DEVNULL)

    def wait_until_ready(self):
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                return ask(self.address, "GET", "/healthz")
            except OSError:
                time.sleep(0.1)  # nothing listens yet, and nothing tells us when it will
        raise RuntimeError("Prism did not start: " + pathlib.Path(self.log_path).read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)

    def documented(self, method, path):
        """The documented path that `path` is one of."""
        parts = urllib.parse.urlsplit(path).path.split("/")
        for known, item in self.document["paths"].items():
            names = known.split("/")
            if method.lower() in item and len(names) == len(parts) and all(
                    n == p or n.startswith("{") for n, p in zip(names, parts)):
                return known
        raise AssertionError(f"{method} {path} is not documented")

    def call(self, status, method, path, *, form=None, body=None, headers=None, wrong=False):
        """The answer, which must have this status and be as documented. So must the request be,
        unless it is `wrong` on purpose."""
        headers = dict(headers or {})
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif isinstance(body, dict):
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        # Prism follows a redirection and shows where it led: those go past it.
        address = self.upstream if status == 303 else self.address
        got = ask(address, method, path, body, headers)
        where = f"{method} {path}: {got.status} {got.body[:500]}"
        assert got.status == status, f"expected {status}: {where}"
        violations = [v for v in json.loads(got.headers.get("sl-violations", "[]"))
                      if v["location"][0] == "response" or not wrong]
        assert not violations, f"{violations}: {where}"
        assert got.headers["X-Request-ID"], where
        known = self.documented(method, path)
        assert str(status) in self.document["paths"][known][method.lower()]["responses"], where
        self.seen.add((method, known, status))
        return got
