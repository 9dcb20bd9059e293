"""Clients that keep a server waiting, a thousand at once, in a process of their own so that they
cost the one that measures nothing. Each that is cut comes again."""

from __future__ import annotations

import multiprocessing
import os
import select
import socket
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from harness.client import Address

STEP = 0.05  # s between looks; a part of the crowd says a byte at each
STEPS_BETWEEN_BYTES = 20

HEADER = b"GET /healthz HTTP/1.1\r\nHost: test\r\nX: "
BODY = b"POST /api/tpp/accounts HTTP/1.1\r\nHost: test\r\nContent-Length: 60000\r\n\r\n"
# Pages of some KiB, and more of them than the kernel takes on their way to who does not read.
UNREAD = b"GET /consent HTTP/1.1\r\nHost: test\r\n\r\n" * 2000
# What each kind says first, and whether it goes on, byte by byte. Who does not read learns only from
# that that it was cut.
KINDS = {"slow header": (HEADER, True), "slow body": (BODY, True), "half a request": (HEADER, False),
         "slow reader": (UNREAD, True), "idle": (b"", False)}
READERS = 20  # one of so many; a burst of requests each, which must not be what is measured
OVER = select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR


@dataclass
class Outcome:
    """Of each kind: how often one was cut, and after how long at most and at least."""
    lives: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})


class Member:
    def __init__(self, address: Address, kind: str):
        self.kind, (first, self.drips) = kind, KINDS[kind]
        self.socket = socket.socket()
        if kind == "slow reader":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(address)
        self.socket.setblocking(False)
        self.since = time.monotonic()
        self.say(first)

    def say(self, text: bytes) -> None:
        try:
            while text:
                text = text[self.socket.send(text):]
        except OSError:
            pass  # it takes no more, or has closed; the latter is seen by who waits for events


def _run(address: Address, size: int, orders: Connection) -> None:
    os.setpriority(os.PRIO_PROCESS, 0, 0)  # not before the one that measures
    poll, members, outcome = select.epoll(), {}, Outcome()

    def join(kind: str) -> None:
        member = Member(address, kind)
        members[member.socket.fileno()] = member
        poll.register(member.socket, select.EPOLLRDHUP)

    others = [kind for kind in KINDS if kind != "slow reader"]
    for number in range(size):
        join(others[number % len(others)] if number >= size // READERS else "slow reader")
    orders.send(None)
    step = 0
    while not orders.poll():
        end = time.monotonic() + STEP
        for descriptor, events in poll.poll(STEP):
            if events & OVER:
                member = members.pop(descriptor)
                outcome.lives[member.kind].append(time.monotonic() - member.since)
                member.socket.close()
                join(member.kind if member.kind != "slow reader" else "half a request")
        step += 1
        for descriptor, member in members.items():
            if member.drips and descriptor % STEPS_BETWEEN_BYTES == step % STEPS_BETWEEN_BYTES:
                member.say(b"x")
        time.sleep(max(0.0, end - time.monotonic()))
    orders.send(outcome)


class Crowd:
    """All are connected when the with block begins; `outcome` is there when it ends."""

    def __init__(self, address: Address, size: int):
        self.orders, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=_run, args=(address, size, theirs),
                                               daemon=True)
        self.outcome = Outcome()

    def __enter__(self) -> Crowd:
        self.process.start()
        self.orders.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self.orders.send(None)
        self.outcome = self.orders.recv()
        self.process.join()
