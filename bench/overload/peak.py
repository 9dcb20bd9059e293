"""Twice the load that can be served: how much is answered, how late, and in how much memory."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Callable

from cpu_time import cpu_time
from figures import Reading, cell, figure, of, ratio_of, whole
from heard import Heard
from report.spread import Spread
from servers import Server
from stage import Stage
from traffic import Traffic, run, warm_hits
from watch import memory_mib

CONNECTIONS = 64
MANY_CONNECTIONS = 4_096
TIMES_PEAK = 2
SATURATED = 0.95  # cores


@dataclass(frozen=True)
class Sample:
    heard: Heard
    goodput: float  # 200s a second
    cores: float  # the gateway's
    memory: float  # MiB, when it ended


def measure(stage: Stage, server: Server, traffic: Traffic) -> Sample:
    server.check_alive()
    before, began = cpu_time(server.pid), time.monotonic()
    heard = run(stage, traffic)
    used = cpu_time(server.pid).since(before).seconds / (time.monotonic() - began)
    return Sample(heard, heard.rate(200), used, memory_mib(server.pid))


def peak(stage: Stage) -> float:
    """Returns the peak in requests/s: all other scenarios take their rates from it."""
    with stage.gateway() as server:
        warm_hits(stage)
        memory = memory_mib(server.pid)
        rounds = [one_round(stage, server, number)
                  for number in range(1, stage.scale.rounds + 1)]
    samples = {name: [r[name] for r in rounds] for name in rounds[0]}
    describe(stage, samples, memory)
    return of(samples["peak"], goodput).value


def peak_only(stage: Stage) -> float:
    """Where the scenario itself is not asked for."""
    with stage.gateway():
        warm_hits(stage)
        return run(stage, Traffic(stage.part("hits"), connections=CONNECTIONS,
                                  seconds=stage.scale.peak_seconds)).rate(200)


def one_round(stage: Stage, server: Server, number: int) -> dict[str, Sample]:
    hits, scale = stage.part("hits"), stage.scale
    few = measure(stage, server, Traffic(hits, connections=CONNECTIONS, seed=number,
                                         seconds=scale.peak_seconds))
    many = measure(stage, server, Traffic(hits, connections=MANY_CONNECTIONS, seed=number,
                                          seconds=scale.peak_seconds))
    # What is still outstanding at the end is given up: an answer after it is not goodput.
    over = measure(stage, server, Traffic(hits, connections=MANY_CONNECTIONS, seed=number,
                                          rate=TIMES_PEAK * few.goodput, drain="0s",
                                          seconds=scale.overload_seconds))
    print(f"peak: round {number} of {scale.rounds}: {few.goodput:.0f}/s, with {MANY_CONNECTIONS} "
          f"connections {many.goodput:.0f}/s, overloaded {over.goodput:.0f}/s", file=sys.stderr)
    return {"peak": few, "many": many, "over": over}


def goodput(s: Sample) -> float:
    return s.goodput


def latency_ms(percentile: str) -> Reading[Sample]:
    return lambda s: s.heard.latency_us[percentile] / 1e3


def in_server_ms(s: Sample) -> float:
    """Little's law: every connection has a request outstanding, so each takes so long on average
    from being sent to being answered."""
    return MANY_CONNECTIONS / s.goodput * 1e3


def describe(stage: Stage, samples: dict[str, list[Sample]], memory: float) -> None:
    results, over = stage.results, samples["over"]
    figure(results, "overload.peak", of(samples["peak"], goodput), "requests/s")
    figure(results, "overload.goodput", of(over, goodput), "requests/s")
    figure(results, "overload.goodput_vs_peak", ratio_of(over, samples["peak"], goodput), "x")
    figure(results, "overload.goodput_vs_peak_same_connections",
           ratio_of(over, samples["many"], goodput), "x")
    results.figure("overload.memory_before", memory, "MiB")
    results.figure("overload.memory_after", max(s.memory for s in over), "MiB")
    titles = {"peak": f"closed loop, {CONNECTIONS} connections: the peak",
              "many": f"closed loop, {MANY_CONNECTIONS} connections",
              "over": f"open loop at {TIMES_PEAK} x the peak, {MANY_CONNECTIONS} connections"}
    results.table(
        "Twice the peak", ["load", "200s/s", "other answers", "p50 ms", "p99 ms",
                           "gateway, cores busy", "load tool, cores busy", "memory MiB"],
        [row(titles[name], s) for name, s in samples.items()],
        f"All are hits. Memory was {memory:.0f} MiB before. A latency of the open loop counts from "
        f"when the request was due: at twice the peak every second request waits in the client for "
        f"a free connection, longer the longer the overload lasts, whatever the server does. Of "
        f"that, {cell(of(over, in_server_ms))} ms on average are between sending and answer "
        f"({MANY_CONNECTIONS} outstanding requests over the goodput).")
    note_who_was_slower(stage, samples)
    bars(stage, samples)


def row(title: str, samples: list[Sample]) -> list[str]:
    other = sum(s.heard.answered - s.heard.count(200) for s in samples)
    return [title, cell(of(samples, goodput)), whole(other),
            *(cell(of(samples, latency_ms(p))) for p in ("p50", "p99")),
            *(f"{of(samples, read).value:.2f}" for read in (cores, tool_cores)),
            whole(max(s.memory for s in samples))]


def cores(s: Sample) -> float:
    return s.cores


def tool_cores(s: Sample) -> float:
    return s.heard.busy


def note_who_was_slower(stage: Stage, samples: dict[str, list[Sample]]) -> None:
    over, few = samples["over"], of(samples["peak"], cores).value
    if few < SATURATED:
        stage.results.note(
            f"{CONNECTIONS} connections kept {few:.2f} of the gateway's core busy, so what is "
            f"called the peak may be less than all it can do; "
            f"goodput_vs_peak_same_connections compares with {MANY_CONNECTIONS} connections in a "
            f"closed loop.")
    server, tool = of(over, cores).value, of(over, tool_cores).value
    if tool > server:
        stage.results.note(
            f"At twice the peak the load tool used {tool:.2f} of its core and the gateway "
            f"{server:.2f} of its own: the load tool was the slower side, and the goodput is a "
            f"lower bound of what the gateway gives.")


def bars(stage: Stage, samples: dict[str, list[Sample]]) -> None:
    read: Callable[[list[Sample]], Spread] = lambda s: of(s, goodput)
    names = {"peak": "peak", "many": f"{MANY_CONNECTIONS} connections", "over": "twice the peak"}
    stage.results.plot({"name": "overload-goodput",
                        "title": "Hits answered, at and beyond the peak", "kind": "bar",
                        "x": {"label": "load", "log": False},
                        "y": {"label": "200s/s", "log": False},
                        "series": [{"name": "200s/s", "points": [
                            [names[n], round(read(s).value)] for n, s in samples.items()]}]})
