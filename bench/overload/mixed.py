"""Hits beside more misses and durable writes than the store can do: who is turned away, how long
hits wait, how long the queues grow."""

from __future__ import annotations

import itertools
import sys
import time
from dataclasses import replace

from cpu_time import cpu_time
from fleet import metrics
from heard import Heard
from mixed_report import describe
from mixed_round import STORE_CONNECTIONS, TIMES_CAPACITY, VARIANTS, Capacity, Round, Variant
from servers import Server
from stage import Stage, lines_in
from traffic import Traffic, beside, busy_load_cpu, run, warm_hits
from watch import Watch, memory_mib, probe_requests

CAPACITY_CONNECTIONS = 512
CAPACITY_SECONDS = 1.0
AROUND = 2.0  # seconds that the overload could last longer than the hits; it is interrupted
SIDE_NICENESS = 10  # of the load tool that brings the overload, beside the one that times hits


def mixed(stage: Stage, peak: float) -> None:
    """`peak`: of hits, requests/s."""
    capacity = store_capacity(stage)
    seconds = affordable_seconds(stage, capacity)
    hits = Traffic(stage.part("hits"), rate=peak / 2, seconds=seconds)
    parts = itertools.count(1)  # of the codes
    rounds: dict[Variant, list[Round]] = {v: [] for v in VARIANTS}
    for number in range(1, stage.scale.rounds + 1):
        for variant in VARIANTS:
            played = one_round(stage, variant, replace(hits, seed=number), capacity, next(parts))
            rounds[variant].append(played)
            show(f"mixed, {variant.title}: round {number} of {stage.scale.rounds}", played)
    for variant in VARIANTS:
        describe(stage, variant, hits, capacity, rounds[variant])


def store_capacity(stage: Stage) -> Capacity:
    with stage.gateway():
        misses = run(stage, Traffic(stage.part("misses"), pick="sequential",
                                    connections=CAPACITY_CONNECTIONS, seconds=CAPACITY_SECONDS))
        writes = run(stage, Traffic(codes=stage.part("codes.capacity"),
                                    connections=CAPACITY_CONNECTIONS, seconds=CAPACITY_SECONDS))
    found = Capacity(misses.rate(200), writes.rate(200))
    print(f"mixed: capacity {found.misses:.0f} misses/s, {found.writes:.0f} writes/s",
          file=sys.stderr)
    return found


def affordable_seconds(stage: Stage, capacity: Capacity) -> float:
    """No token and no code may be brought twice: then a token is a hit, a code an error."""
    longest = min(lines_in(stage.part("misses")) / (TIMES_CAPACITY * capacity.misses),
                  lines_in(stage.part("codes.1")) / (TIMES_CAPACITY * capacity.writes))
    seconds = min(stage.scale.mixed_seconds, 0.9 * longest - AROUND)
    if seconds < 0.5:
        raise RuntimeError(f"the store, of {stage.scale.tokens} tokens and {stage.scale.codes} "
                           f"codes, is too small for one so fast")
    return seconds


def one_round(stage: Stage, variant: Variant, hits: Traffic, capacity: Capacity,
              part: int) -> Round:
    with stage.gateway(variant.settings) as server:
        warm_hits(stage)
        with Watch(server):
            calm = run(stage, hits)
        with Watch(server), busy_load_cpu():
            busy = run(stage, hits)
        memory, before = memory_mib(server.pid), metrics(server)
        used, began = cpu_time(server.pid), time.monotonic()
        with Watch(server, probe_requests(stage, part)) as seen:
            heard, store = overloaded(stage, server, hits, capacity, part)
        cores = cpu_time(server.pid).since(used).seconds / (time.monotonic() - began)
        after = metrics(server)
    refused = counted("multipass_store_refused_total", before, after)
    # Misses and probes bring each token once, so all that memory answered were hits.
    from_memory = counted('multipass_account_answers_total{source="memory"}', before, after)
    return Round(calm, busy, heard, store, seen, refused, memory,
                 max(heard.answered - from_memory, 0), cores)


def show(title: str, r: Round) -> None:
    print(f"{title}: hits' p99 {r.calm.latency_us['p99']:.0f} us calm, "
          f"{r.hits.latency_us['p99']:.0f} us overloaded; 503: {r.hits.count(503)} hits, "
          f"{r.misses().share(503):.0%} of misses, {r.writes().share(503):.0%} of writes",
          file=sys.stderr)


def overloaded(stage: Stage, server: Server, hits: Traffic, capacity: Capacity,
               part: int) -> tuple[Heard, Heard]:
    """What hits heard, and what misses and writes did."""
    too_much = Traffic(stage.part("misses"), stage.part(f"codes.{part}"),
                       f"accounts={capacity.misses:.0f},token={capacity.writes:.0f}",
                       rate=TIMES_CAPACITY * (capacity.misses + capacity.writes),
                       pick="sequential", connections=STORE_CONNECTIONS,
                       seconds=hits.seconds + AROUND, niceness=SIDE_NICENESS, seed=hits.seed)
    with beside(stage, server, too_much) as running:
        heard = run(stage, replace(hits, drain="500ms"))
        return heard, running.interrupt()


def counted(name: str, before: dict[str, float], after: dict[str, float]) -> int:
    return int(after[name] - before[name])
