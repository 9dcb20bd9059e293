"""HTTP clients of a gateway, over plain sockets: a client that breaks must not hide behind retries
of a library."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Iterable

Address = tuple[str, int]
CALLBACK = "http://127.0.0.1:9090/callback"
ALL_SCOPES = "account.list,account.details,account.balance"
TIMEOUT = 30.0  # s; no answer takes so long unless something is broken


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict:
        return json.loads(self.body)


class Closed(ConnectionError):
    """The peer ended the connection where an answer was due."""


def request(method: str, target: str, headers: str = "", body: bytes = b"") -> bytes:
    head = f"{method} {target} HTTP/1.1\r\nHost: test\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def accounts(token: str) -> bytes:
    return request("POST", "/api/tpp/accounts", f"Authorization: Bearer {token}\r\n")


class Connection:
    """One keep-alive connection. Raises OSError, of which Closed is one, when it breaks."""

    def __init__(self, address: Address, timeout: float = TIMEOUT):
        self.socket = socket.create_connection(address, timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.unread = b""

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def call(self, wire: bytes) -> Reply:
        self.socket.sendall(wire)
        return self.read()

    def pipelined(self, wires: Iterable[bytes], depth: int = 64) -> list[Reply]:
        """Sends `depth` requests at a time and reads their answers."""
        waiting, replies = list(wires), []
        for start in range(0, len(waiting), depth):
            part = waiting[start:start + depth]
            self.socket.sendall(b"".join(part))
            replies += [self.read() for _ in part]
        return replies

    def read(self) -> Reply:
        while (end := self.unread.find(b"\r\n\r\n")) < 0:
            self._receive()
        status, *lines = self.unread[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip()
                   for name, value in (line.split(":", 1) for line in lines)}
        length = end + 4 + int(headers.get("content-length", 0))
        while len(self.unread) < length:
            self._receive()
        body, self.unread = self.unread[end + 4:length], self.unread[length:]
        return Reply(int(status.split()[1]), headers, body)

    def _receive(self) -> None:
        got = self.socket.recv(65536)
        if not got:
            raise Closed("the connection was closed before the answer")
        self.unread += got


class Refused(Exception):
    """A step of the flow was not answered with 200."""

    def __init__(self, step: str, reply: Reply):
        super().__init__(f"{step}: {reply.status} {reply.body.decode(errors='replace')}")
        self.reply = reply


class Client:
    """TPP, account holder and bank in one, over a connection to each listener."""

    def __init__(self, public: Address, private: Address, timeout: float = TIMEOUT):
        self.public = Connection(public, timeout)
        self.private = Connection(private, timeout)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.public.close()
        self.private.close()

    def authorize(self) -> tuple[str, str]:
        """clientId and x-request-id."""
        reply = self.public.call(request(
            "POST", "/api/tpp/authorize?username=username&secret=sandbox-secret"
            f"&scope={ALL_SCOPES}&redirect_uri={CALLBACK}"))
        query = query_of(expect_ok("authorize", reply)["redirectUrl"])
        return query["clientId"], query["x-request-id"]

    def approve(self, handle: str) -> str:
        """accessCode."""
        reply = self.admin("POST", f"/admin/authorizations/{handle}/approve", {"psu": "john"})
        return query_of(expect_ok("approve", reply)["redirectUri"])["accessCode"]

    def redeem(self, code: str, client: str) -> Reply:
        return self.public.call(request(
            "POST", f"/api/client/token?accessCode={code}&clientId={client}"))

    def token(self) -> str:
        client, handle = self.authorize()
        return expect_ok("token", self.redeem(self.approve(handle), client))["accessToken"]

    def revoke(self, token: str) -> Reply:
        return self.public.call(request("POST", f"/api/client/token/revoke?accessToken={token}"))

    def accounts(self, token: str) -> Reply:
        return self.public.call(accounts(token))

    def admin(self, method: str, path: str, content: dict | None = None) -> Reply:
        body = b"" if content is None else json.dumps(content).encode()
        return self.private.call(request(
            method, path, "Authorization: Bearer sandbox-admin-key\r\n"
            "Content-Type: application/json\r\n", body))

    def ready(self) -> int:
        return self.private.call(request("GET", "/readyz")).status

    def metric(self, name: str) -> float:
        """One figure of /metrics by its whole name, labels included; 0 when absent."""
        page = self.private.call(request("GET", "/metrics")).body.decode()
        for line in page.splitlines():
            if line.startswith(name + " "):
                return float(line[len(name) + 1:])
        return 0.0


def expect_ok(step: str, reply: Reply) -> dict:
    if reply.status != 200:
        raise Refused(step, reply)
    return reply.json()


def query_of(url: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in url.partition("?")[2].split("&"))
