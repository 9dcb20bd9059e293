"""Whose request it is, seen through a real HAProxy: by X-Forwarded-For, by the PROXY protocol in
both versions. Clients differ by their loopback address (127.0.0.2, 127.0.0.3); the balancer, which
the gateway trusts, is 127.0.0.1.

usage: addresses_test.py PROGRAM"""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = ""
LIMIT = 60.0  # seconds for whatever may hang
BURST = 5
MOST_TRIES = 100  # at one token a second, for requests that take far less than that


class Gateway:
    """A sandbox that trusts 127.0.0.1 and lets an address ask BURST times, then `rate` times a
    second."""

    def __init__(self, folder: Path, *options: str, rate: int = 1) -> None:
        self._log = folder / "gateway.log"
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [PROGRAM, "serve", "--sandbox", "--listen", "127.0.0.1:0", "--admin-listen",
                 "127.0.0.1:0", "--database", str(folder / "bank.db"), "--trusted-proxies",
                 "127.0.0.1", "--address-rate", str(rate), "--address-burst", str(BURST),
                 "--log-level", "debug", *options], stdout=subprocess.PIPE, stderr=log, text=True)
        assert self._process.stdout is not None
        self.port = 0
        for line in self._process.stdout:
            if found := re.search(r"public +https?://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                break
        if self.port == 0:
            raise RuntimeError(f"the gateway did not start: {self._log.read_text()}")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(LIMIT)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def addresses(self) -> list[tuple[str, str]]:
        """(address, status) of every request. Stops the gateway: it writes its log behind."""
        self.stop()
        lines = [json.loads(line) for line in self._log.read_text().splitlines()]
        return [(line["address"], line["status"]) for line in lines if line["event"] == "request"]


class Balancer:
    """HAProxy in front of one server line."""

    def __init__(self, folder: Path, mode: str, server: str) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        config = folder / "haproxy.cfg"
        forward = "option forwardfor" if mode == "http" else ""
        config.write_text(f"""
global
  maxconn 100
defaults
  mode {mode}
  {forward}
  timeout connect 10s
  timeout client 60s
  timeout server 60s
listen gateway
  bind fd@{listener.fileno()}
  server gateway {server}
""")
        self._process = subprocess.Popen(
            [shutil.which("haproxy") or "/usr/sbin/haproxy", "-f", str(config), "-db", "-q"],
            pass_fds=[listener.fileno()])
        listener.close()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(LIMIT)


def ask(port: int, source: str, headers: dict[str, str] | None = None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT,
                                            source_address=(source, 0))
    try:
        connection.request("GET", "/healthz", headers=headers or {})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


class Addresses(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, mode: str, server_options: str, *options: str,
              rate: int = 1) -> tuple[Gateway, int]:
        gateway = Gateway(self.folder, *options, rate=rate)
        self.addCleanup(gateway.stop)
        balancer = Balancer(self.folder, mode, f"127.0.0.1:{gateway.port} {server_options}")
        self.addCleanup(balancer.stop)
        return gateway, balancer.port

    def check(self, gateway: Gateway, port: int) -> None:
        """One client asks until it is told to wait; another one does not notice."""
        tries = 1
        while ask(port, "127.0.0.2", {"X-Forwarded-For": f"203.0.113.{tries}"}) != 429:
            tries += 1
            self.assertLess(tries, MOST_TRIES)
        self.assertGreater(tries, BURST)
        self.assertEqual(ask(port, "127.0.0.3"), 200)
        seen = gateway.addresses()
        self.assertEqual(set(seen), {("127.0.0.2", "200"), ("127.0.0.2", "429"),
                                     ("127.0.0.3", "200")})

    def test_x_forwarded_for(self) -> None:
        self.check(*self.start("http", ""))

    def test_proxy_protocol_1(self) -> None:
        self.check(*self.start("tcp", "send-proxy", "--proxy-protocol"))

    def test_proxy_protocol_2(self) -> None:
        self.check(*self.start("tcp", "send-proxy-v2", "--proxy-protocol"))

    def test_health_checks_are_the_balancers_own(self) -> None:
        gateway, port = self.start("http", "send-proxy-v2 check inter 50ms", "--proxy-protocol",
                                   rate=0)
        for _ in range(MOST_TRIES):
            self.assertEqual(ask(port, "127.0.0.2"), 200)
        self.assertEqual(set(gateway.addresses()), {("127.0.0.2", "200")})


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
