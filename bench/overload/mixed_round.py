"""The mixed overload: its sizes, the settings it is run with, and what one round of it brings."""

from __future__ import annotations

from dataclasses import dataclass

from heard import Answers, Heard
from watch import Seen

# A connection waits for its answer before it asks for more, so a queue of 4096 fills only when more
# connections than that bring misses, or writes. max-connections is 10000.
STORE_CONNECTIONS = 9_700
TIMES_CAPACITY = 2
STORE_QUEUE = 4_096  # config.hpp: store_queue, its default
SHORT_QUEUE = 256


@dataclass(frozen=True)
class Variant:
    """A setting of the gateway that the mixed overload is run with."""

    title: str
    prefix: str  # of its figures
    queue: int
    settings: tuple[str, ...]


VARIANTS = (Variant("default settings", "overload", STORE_QUEUE, ()),
            Variant(f"store-queue {SHORT_QUEUE}", "overload.short_queue", SHORT_QUEUE,
                    ("--store-queue", str(SHORT_QUEUE))))


@dataclass(frozen=True)
class Capacity:
    """What the store does when nothing else is asked of the gateway."""

    misses: float  # a second
    writes: float


@dataclass(frozen=True)
class Round:
    calm: Heard
    busy: Heard  # the load tool's CPU is
    hits: Heard
    store: Heard  # misses and writes
    seen: Seen
    refused: int  # jobs that the store's queues did not take
    calm_memory: float  # MiB
    not_from_memory: int  # hits whose token or answer had been displaced
    cores: float  # the gateway's, under all of it

    def misses(self) -> Answers:
        return self.store.of_request("accounts")

    def writes(self) -> Answers:
        return self.store.of_request("token")
