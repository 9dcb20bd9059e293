"""Honest traffic beside a fault: tokens that the server has in memory, read without pause."""

from __future__ import annotations

import threading
import time

from harness.case import check
from harness.client import Client, Connection, accounts
from harness.server import Server


class Hits:
    """Reads from construction to the end of the with block, which fails if one was not 200."""

    def __init__(self, server: Server, client: Client, tokens: int = 8, connections: int = 2,
                 pause: float = 0.001):
        self.tokens = [client.token() for _ in range(tokens)]
        self.pause = pause  # s between requests
        self.answered, self.wrong = 0, []
        self.latencies: list[float] = []
        self.ending = False
        # Each event loop keeps its own answers: connections are dealt out to them in turn.
        self.connections = [Connection(server.public) for _ in range(connections)]
        for connection in self.connections:
            connection.pipelined([accounts(token) for token in self.tokens])
        self.thread = threading.Thread(target=self._read)

    def __enter__(self) -> Hits:
        self.thread.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.ending = True
        self.thread.join()
        for connection in self.connections:
            connection.close()
        if kind is None:
            check(not self.wrong, f"200 for every hit, not {self.wrong[:3]}")
            check(self.answered > 0, "hits beside the fault")

    def _read(self) -> None:
        turn = 0
        while not self.ending:
            connection = self.connections[turn % len(self.connections)]
            token = self.tokens[turn % len(self.tokens)]
            turn += 1
            begun = time.monotonic()
            try:
                status = connection.call(accounts(token)).status
            except OSError as e:
                self.wrong.append(repr(e))
                return
            self.latencies.append(time.monotonic() - begun)
            self.answered += 1
            if status != 200:
                self.wrong.append(status)
            time.sleep(self.pause)
