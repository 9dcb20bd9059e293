"""HTTP/1.1 over a plain socket, for checks: what was sent and what came, byte for byte."""

from __future__ import annotations

import socket
from dataclasses import dataclass

ADDRESS = "127.0.0.1"
TIME_LIMIT = 30.0  # seconds


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes  # with the empty line that ends it
    body: bytes

    @property
    def whole(self) -> bytes:
        return self.head + self.body

    def fields(self) -> dict[str, str]:
        """Header fields; names as they were sent."""
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return dict(line.split(": ", 1) for line in lines if line)


def request(path: str, token: str | None = None, body: bytes = b"", method: str = "POST") -> bytes:
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    json = "Content-Type: application/json\r\n" if body else ""
    return (f"{method} {path} HTTP/1.1\r\nHost: {ADDRESS}\r\n{authorization}{json}"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def read_answer(connection: socket.socket, unread: bytes) -> tuple[Answer, bytes]:
    """One answer, and the bytes that came behind it."""
    while b"\r\n\r\n" not in unread:
        unread += more(connection)
    head, unread = unread.split(b"\r\n\r\n", 1)
    answer = Answer(int(head.split(b" ", 2)[1]), head + b"\r\n\r\n", b"")
    size = next((int(v) for k, v in answer.fields().items() if k.lower() == "content-length"), None)
    if size is None:
        raise ValueError(f"no Content-Length in {head!r}")
    while len(unread) < size:
        unread += more(connection)
    return Answer(answer.status, answer.head, unread[:size]), unread[size:]


def more(connection: socket.socket) -> bytes:
    part = connection.recv(65536)
    if not part:
        raise ConnectionError("the server closed the connection before its answer was whole")
    return part


def exchange(port: int, *requests: bytes) -> list[Answer]:
    """Sends all requests at once on one connection; their answers in order."""
    answers = []
    with socket.create_connection((ADDRESS, port), timeout=TIME_LIMIT) as connection:
        connection.sendall(b"".join(requests))
        unread = b""
        for _ in requests:
            answer, unread = read_answer(connection, unread)
            answers.append(answer)
    return answers
