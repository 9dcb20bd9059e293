"""A bank's own gateway, no sandbox: the program itself in a folder of its own, logging all it can,
and a peer that sends any bytes and keeps every answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import pathlib
import re
import resource
import signal
import socket
import subprocess
import time
import urllib.parse

SETTINGS = """\
listen = 127.0.0.1:0
admin-listen = 127.0.0.1:0
database = bank.db
threads = 2
token-cache-entries = 4096
log-level = debug
address-rate = 0
tpp-rate = 0
token-ttl = 30d
login-attempts = 100
"""
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
JSON = "Content-Type: application/json\r\n"


def allow_core_dumps() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


class Answer:
    def __init__(self, request: bytes, whole: bytes) -> None:
        self.request, self.whole = request, whole
        self.head, _, self.body = whole.partition(b"\r\n\r\n")
        self.status = int(self.head[9:12] or 0)
        self.allowed: set[str] = set()  # the secrets that this answer exists to deliver

    def field(self, name: str) -> str:
        found = re.search(rb"(?im)^" + name.encode() + rb": ([^\r]*)", self.head)
        return found[1].decode() if found else ""

    def json(self) -> dict:
        return json.loads(self.body)

    def hidden(self, name: str) -> str:
        found = re.search(f'name="{name}" value="([^"]*)"'.encode(), self.body)
        assert found, self.whole
        return found[1].decode()


class Bank:
    def __init__(self, program: str, folder: str) -> None:
        self.folder = pathlib.Path(folder)
        (self.folder / "bank.conf").write_text(SETTINGS)
        self.log_file = self.folder / "log"
        self.answers: list[Answer] = []
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen([program, "serve", "--config", "bank.conf"], cwd=folder,
                                            stdout=subprocess.PIPE, stderr=log,
                                            preexec_fn=allow_core_dumps)
        self.ports = [self._port("public"), self._port("private")]
        self.admin_key = (self.folder / "bank.db.admin-key").read_text().strip()
        self.introspection_key = (self.folder / "bank.db.introspection-key").read_text().strip()

    def _port(self, listener: str) -> int:
        for line in self.process.stdout:
            if found := re.search(rb"%s +https?://[\d.]+:(\d+)" % listener.encode(), line):
                return int(found[1])
        raise RuntimeError(self.log_file.read_text())

    def stop(self) -> int:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        self.process.stdout.close()
        return self.process.returncode

    def send(self, request: bytes, private: bool = False) -> Answer:
        """One request on a connection of its own, and all that comes until the other end closes."""
        whole = b""
        with socket.create_connection(("127.0.0.1", self.ports[private]), timeout=60) as peer:
            try:
                peer.sendall(request)
                peer.shutdown(socket.SHUT_WR)
                while part := peer.recv(65536):
                    whole += part
            except ConnectionError:
                pass  # refused while we were sending; what it said first counts
        self.answers.append(Answer(request, whole))
        return self.answers[-1]

    def ask(self, method: str, target: str, fields: str = "", body: str = "",
            private: bool = False) -> Answer:
        head = f"{method} {target} HTTP/1.1\r\nHost: bank\r\n{fields}Connection: close\r\n"
        raw = body.encode()
        length = f"Content-Length: {len(raw)}\r\n\r\n"
        return self.send((head + length).encode() + raw, private)

    def admin(self, method: str, target: str, body: dict | None = None) -> Answer:
        fields = f"Authorization: Bearer {self.admin_key}\r\n" + (JSON if body is not None else "")
        text = json.dumps(body) if body is not None else ""
        return self.ask(method, target, fields, text, private=True)

    def form(self, path: str, cookie: str, **fields: object) -> Answer:
        return self.ask("POST", path, FORM + f"Cookie: {cookie}\r\n",
                        urllib.parse.urlencode(fields, doseq=True))


def totp(secret: str, step: int) -> str:
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, step.to_bytes(8, "big"), hashlib.sha1)
    at = mac[19] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def this_step() -> int:
    """Not the last seconds of a step: who asks has time to use it."""
    while time.time() % 30 > 25:
        time.sleep(0.2)
    return int(time.time()) // 30
