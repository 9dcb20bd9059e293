"""Honest traffic beside a flood: of tokens made at random, and of one TPP's valid tokens."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Callable, ContextManager

from figures import cell, figure, of, ratio_of, whole
from fleet import metrics, store_reads
from heard import Heard
from report.number import number_text
from servers import Server
from stage import Stage
from traffic import BACKGROUND, Traffic, beside, busy_load_cpu, run, warm_hits

HONEST_RATE = 2_000.0
HONEST_CONNECTIONS = 16
FLOOD_CONNECTIONS = 256
AROUND = 5.0  # seconds that a flood could last longer; it is interrupted
FORGED = 'multipass_token_lookups_total{outcome="forged"}'

TITLES = {"calm": "nothing", "busy": "nothing, the load tool's core busy with other work",
          "random": "a flood of tokens made at random", "tpp": "a flood of one TPP's valid tokens"}


@dataclass(frozen=True)
class Flood:
    heard: Heard
    reads: int  # of the store
    forged: int  # refused by their check characters


@dataclass(frozen=True)
class Sample:
    honest: Heard
    flood: Flood | None = None


def floods(stage: Stage) -> None:
    with stage.gateway() as server:
        warm_hits(stage)
        rounds = [one_round(stage, server, number)
                  for number in range(1, stage.scale.rounds + 1)]
    describe(stage, {name: [r[name] for r in rounds] for name in rounds[0]})


def one_round(stage: Stage, server: Server, number: int) -> dict[str, Sample]:
    seconds = stage.scale.flood_seconds
    honest = Traffic(stage.part("honest"), rate=HONEST_RATE, connections=HONEST_CONNECTIONS,
                     seconds=seconds, seed=number)
    flood = Traffic(stage.part("flooding"), connections=FLOOD_CONNECTIONS,
                    seconds=seconds + AROUND, niceness=BACKGROUND, seed=number)
    samples = {"calm": alone(stage, honest, nullcontext),
               "busy": alone(stage, honest, busy_load_cpu),
               "random": flooded(stage, server, honest, replace(flood, unknown=True)),
               "tpp": flooded(stage, server, honest, flood)}
    shown = ", ".join(f"{n} {s.honest.latency_us['p99']:.0f}" for n, s in samples.items())
    print(f"floods: round {number} of {stage.scale.rounds}: honest p99 us: {shown}",
          file=sys.stderr)
    return samples


def alone(stage: Stage, honest: Traffic, beside_it: Callable[[], ContextManager[None]]) -> Sample:
    with beside_it():
        return Sample(run(stage, honest))


def flooded(stage: Stage, server: Server, honest: Traffic, flood: Traffic) -> Sample:
    before = metrics(server)
    with beside(stage, server, flood) as running:
        heard = run(stage, honest)
        flooding = running.interrupt()
    after = metrics(server)
    # All reads are put down to the flood; of the honest traffic, from memory, there are none.
    reads = store_reads(server) - before['multipass_store_jobs_total{kind="read"}']
    return Sample(heard, Flood(flooding, int(reads), int(after[FORGED] - before[FORGED])))


def p99(s: Sample) -> float:
    return s.honest.latency_us["p99"]


def flood_rate(s: Sample) -> float:
    assert s.flood is not None
    return s.flood.heard.answered / s.flood.heard.seconds


def describe(stage: Stage, samples: dict[str, list[Sample]]) -> None:
    for name in ("random", "tpp"):
        figure(stage.results, f"overload.flood.{name}.honest_p99_vs_calm",
               ratio_of(samples[name], samples["calm"], p99), "x")
        figure(stage.results, f"overload.flood.{name}.honest_p99_vs_busy_load_cpu",
               ratio_of(samples[name], samples["busy"], p99), "x")
        figure(stage.results, f"overload.flood.{name}.rate", of(samples[name], flood_rate),
               "requests/s")
    random = [s.flood for s in samples["random"] if s.flood]
    stage.results.figure("overload.flood.random.store_reads_per_request",
                         sum(f.reads for f in random) / sum(f.heard.answered for f in random),
                         "reads")
    stage.results.figure("overload.flood.honest_refused",
                         sum(s.honest.answered - s.honest.count(200)
                             for rounds in samples.values() for s in rounds), "requests")
    stage.results.table(
        f"Honest traffic, {whole(HONEST_RATE)} hits a second, open loop, beside a flood",
        ["beside it", "p50 us", "p99 us", "p99.9 us", "flood, requests/s",
         "store reads/flood request", "refused by check characters"],
        [row(TITLES[name], rounds) for name, rounds in samples.items()],
        f"A flood is a closed loop of {FLOOD_CONNECTIONS} connections: as fast as it is answered. "
        f"Its load tool runs at nice {BACKGROUND}, so that the one that measures gets the core "
        f"that both are on when it wants it. What of its latency comes from sharing that core is "
        f"in the second row.")
    note_waiting(stage, samples)


def row(title: str, rounds: list[Sample]) -> list[str]:
    cells = [title, *(cell(of([s.honest.latency_us[p] for s in rounds], float))
                      for p in ("p50", "p99", "p99.9"))]
    flooding = [s.flood for s in rounds if s.flood]
    if not flooding:
        return [*cells, "-", "-", "-"]
    requests = sum(f.heard.answered for f in flooding)
    return [*cells, cell(of(rounds, flood_rate)),
            number_text(sum(f.reads for f in flooding) / requests),
            f"{sum(f.forged for f in flooding) / requests:.2%}"]


def note_waiting(stage: Stage, samples: dict[str, list[Sample]]) -> None:
    slowest = min(of(samples[name], flood_rate).value for name in ("random", "tpp"))
    stage.results.note(
        f"A flood's {FLOOD_CONNECTIONS} connections each have one request outstanding, and the "
        f"slower flood is answered {whole(slowest)} times a second: an honest request that finds "
        f"all of them in front of it waits at most {FLOOD_CONNECTIONS / slowest * 1e3:.1f} ms. "
        f"There is no limit for each TPP: one event loop serves whoever comes first.")
