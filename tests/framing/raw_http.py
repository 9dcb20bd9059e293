"""Answers as a client that trusts nothing reads them off a raw connection."""

import json
import re
import socket

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9][0-9]) [A-Z][A-Za-z ]*")
FIELD = re.compile(rb"([A-Za-z-]+): ([\x20-\x7e]*)")


class Malformed(Exception):
    pass


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    @property
    def request_id(self):
        return self.fields.get("x-request-id")

    def check(self, to_head=False):
        """Raises Malformed unless this is how the gateway answers."""
        if self.fields.get("content-type") != "application/json":
            raise Malformed(f"content type {self.fields.get('content-type')}")
        if not self.request_id:
            raise Malformed("no X-Request-ID")
        if not to_head and not isinstance(json.loads(self.body.decode("utf-8")), dict):
            raise Malformed(f"body {self.body[:100]}")


def split_answers(stream, methods=()):
    """All answers in the bytes of a connection; 1xx are left out. `methods`: of the requests, as far
    as they are known; an answer to HEAD has no body."""
    answers, methods = [], list(methods)
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
        to_head = bool(methods) and methods.pop(0) == b"HEAD"
        size = int(fields.get("content-length", "0"))
        body = b"" if to_head else stream[:size]
        if len(body) != (0 if to_head else size):
            raise Malformed(f"body of {len(body)} bytes, not {size}")
        stream = stream[len(body):]
        answers.append(Answer(status, fields, body))
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


def read_to_end(connection):
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def send(connection, data):
    """Sends what the peer takes; one that has closed takes nothing more."""
    try:
        connection.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass


def talk(address, data, half_close=True):
    """All bytes that come back on a connection of its own until the peer closes."""
    with connect(address) as connection:
        send(connection, data)
        if half_close:
            try:
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        return read_to_end(connection)
