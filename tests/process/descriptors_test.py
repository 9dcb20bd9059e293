"""The program and the limit of open files: max-connections is fitted to it, so that the limit of
connections is reached first, and what is over it waits instead of failing.

usage: descriptors_test.py PROGRAM"""

from __future__ import annotations

import re
import resource
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = ""
LIMIT = 60.0  # seconds for whatever may hang
REQUEST = b"GET %s HTTP/1.1\r\nHost: test\r\n\r\n"


def start(folder: Path, soft: int, hard: int, *options: str) -> subprocess.Popen[str]:
    with open(folder / "log", "wb") as log:
        return subprocess.Popen(
            [PROGRAM, "serve", "--sandbox", "--threads", "2", "--listen", "127.0.0.1:0",
             "--admin-listen", "127.0.0.1:0", "--database", str(folder / "bank.db"), *options],
            stdout=subprocess.PIPE, stderr=log, text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)))


def ports_of(server: subprocess.Popen[str]) -> list[int]:
    """Of the public and the private listener."""
    ports: list[int] = []
    assert server.stdout is not None
    for line in server.stdout:
        if found := re.search(r"(?:public|private) +http://127\.0\.0\.1:(\d+)", line):
            ports.append(int(found[1]))
        if len(ports) == 2:
            break
    return ports


def answer(connection: socket.socket) -> bytes:
    """The first bytes of an answer, or of nothing."""
    connection.settimeout(LIMIT)
    return connection.recv(65536)


def get(port: int, path: bytes) -> str:
    with socket.create_connection(("127.0.0.1", port), LIMIT) as connection:
        connection.sendall((REQUEST % path).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        text = b""
        while part := answer(connection):
            text += part
        return text.decode()


class Descriptors(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def end(self, server: subprocess.Popen[str]) -> None:
        server.terminate()
        self.assertEqual(server.wait(LIMIT), 0)
        assert server.stdout is not None
        server.stdout.close()

    def test_fewer_connections_where_no_more_fit(self) -> None:
        server = start(self.folder, 200, 200)
        public, private = ports_of(server)
        peers = []
        for _ in range(120):
            peer = socket.create_connection(("127.0.0.1", public), LIMIT)
            peer.sendall(REQUEST % b"/healthz")
            peers.append(peer)
        for peer in peers:  # each is served when those before it have left
            self.assertTrue(answer(peer).startswith(b"HTTP/1.1 200 "))
            peer.close()
        metrics = get(private, b"/metrics")
        self.assertIn('multipass_http_accept_failures_total{listener="public"} 0', metrics)
        self.end(server)
        self.assertRegex(self.log(), r'"max_connections_lowered","max_connections":"\d+",'
                                     r'"configured":"10000"')

    def test_too_few_for_any(self) -> None:
        server = start(self.folder, 100, 100)
        self.assertEqual(ports_of(server), [])
        self.assertNotEqual(server.wait(LIMIT), 0)
        assert server.stdout is not None
        server.stdout.close()
        self.assertIn("max-connections: expected a limit of open files (ulimit -n) above",
                      self.log())

    def test_the_program_takes_what_it_may_have(self) -> None:
        server = start(self.folder, 100, 1000, "--max-connections", "500")
        ports_of(server)
        self.end(server)
        self.assertNotIn("max_connections_lowered", self.log())


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
