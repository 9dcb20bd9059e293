"""Answers as a client that trusts nothing reads them off a raw connection."""

import json
import re
import socket

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9][0-9]) [A-Z][A-Za-z ]*")
FIELD = re.compile(rb"([A-Za-z-]+): ([\x20-\x7e]*)")


class Malformed(Exception):
    pass


class Answer:
    def __init__(self, status, fields, body, to_head):
        self.status, self.fields, self.body, self.to_head = status, fields, body, to_head

    @property
    def request_id(self):
        return self.fields.get("x-request-id")

    def check(self):
        """Raises Malformed unless this is how the gateway says something in JSON."""
        if not self.request_id:
            raise Malformed("no X-Request-ID")
        try:
            value = None if self.to_head else json.loads(self.body.decode("utf-8"))
        except ValueError as e:
            raise Malformed(f"body {self.body[:100]}") from e
        if not self.to_head and not isinstance(value, dict):
            raise Malformed(f"body {self.body[:100]}")


def split_answers(stream, may_be_to_head=False):
    """All answers in the bytes of a connection; 1xx are left out. Where there may be answers to HEAD,
    one whose body is missing is taken for such."""
    answers = []
    while stream:
        header, found, rest = stream.partition(b"\r\n\r\n")
        if not found:
            raise Malformed(f"header without an end: {stream[:200]}")
        first, *lines = header.split(b"\r\n")
        line = STATUS_LINE.fullmatch(first)
        if not line:
            raise Malformed(f"status line {first[:200]}")
        fields = {}
        for text in lines:
            field = FIELD.fullmatch(text)
            if not field:
                raise Malformed(f"header line {text[:200]}")
            name = field[1].decode().lower()
            if name in fields:
                raise Malformed(f"{name} appears twice")
            fields[name] = field[2].decode()
        status, stream = int(line[1]), rest
        if status < 200:
            continue
        size = int(fields.get("content-length", "0"))
        to_head = may_be_to_head and (not stream or stream.startswith(b"HTTP/1.1 "))
        body = b"" if to_head else stream[:size]
        if len(body) != size and not to_head:
            raise Malformed(f"body of {len(body)} bytes, not {size}")
        stream = stream[len(body):]
        answers.append(Answer(status, fields, body, to_head))
    return answers


def connect(address):
    """To "host:port", or to the Unix socket of that path."""
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(20)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, port = address.rsplit(":", 1)
    connection = socket.create_connection((host, int(port)), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def send(connection, data):
    """Sends what the peer takes; one that has closed takes nothing more."""
    try:
        connection.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass


def read_to_end(connection, half_close=False):
    """All bytes until the peer closes; with `half_close` it is told that nothing more will come."""
    parts = []
    try:
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65536):
            parts.append(part)
    except TimeoutError:
        raise
    except OSError:
        pass  # a reset; what came before it counts
    return b"".join(parts)


def talk(address, data):
    """All that comes back on a connection of its own."""
    with connect(address) as connection:
        send(connection, data)
        return read_to_end(connection, half_close=True)
