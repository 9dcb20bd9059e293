"""What mixed.py measured, as figures, tables and notes."""

from __future__ import annotations

from collections import Counter
from typing import Callable, Sequence

from figures import Reading, cell, figure, of, percents, ratio_of, whole
from heard import Answers, Heard
from mixed_round import STORE_CONNECTIONS, TIMES_CAPACITY, Capacity, Round, Variant
from stage import Stage
from traffic import Traffic
from watch import Seen


def describe(stage: Stage, variant: Variant, hits: Traffic, capacity: Capacity,
             rounds: list[Round]) -> None:
    hit_figures(stage, variant, rounds)
    shed_figures(stage, variant, rounds)
    latency_table(stage, variant, hits, rounds)
    shed_table(stage, variant, capacity, rounds)
    queue_table(stage, variant, rounds)
    probe_table(stage, variant, rounds)
    displaced_note(stage, variant, rounds)
    unfilled_note(stage, variant, rounds)
    starved_note(stage, variant, rounds)


def p99(heard: Heard) -> float:
    return heard.latency_us["p99"]


def hit_figures(stage: Stage, variant: Variant, rounds: list[Round]) -> None:
    calm, busy, hits = ([getattr(r, name) for r in rounds] for name in ("calm", "busy", "hits"))
    figure(stage.results, f"{variant.prefix}.hit_p99_vs_calm", ratio_of(hits, calm, p99), "x")
    figure(stage.results, f"{variant.prefix}.hit_p99_vs_busy_load_cpu",
           ratio_of(hits, busy, p99), "x")
    figure(stage.results, f"{variant.prefix}.hits_answered",
           of(hits, lambda h: h.share_of_due(200)), "")
    stage.results.figure(f"{variant.prefix}.hits_shed", sum(h.count(503) for h in hits), "requests")


def shed_figures(stage: Stage, variant: Variant, rounds: list[Round]) -> None:
    for name, heard in (("misses", [r.misses() for r in rounds]),
                        ("writes", [r.writes() for r in rounds])):
        figure(stage.results, f"{variant.prefix}.{name}_shed",
               of(heard, lambda a: a.share(503)), "")
    for name, read in GAUGES.items():
        stage.results.figure(f"{variant.prefix}.{name}", max(read(r.seen) for r in rounds), "jobs")


GAUGES: dict[str, Callable[[Seen], int]] = {"store_queue_reads": lambda s: s.waiting_reads,
                                            "store_queue_writes": lambda s: s.waiting_writes}


def latency_table(stage: Stage, variant: Variant, hits: Traffic,
                  rounds: list[Round]) -> None:
    beside = {"calm": "nothing", "busy": "nothing, the load tool's core busy with other work",
              "hits": f"{TIMES_CAPACITY} x the misses and {TIMES_CAPACITY} x the writes that the "
                      f"store can do"}
    percentiles = ("p50", "p99", "p99.9")
    stage.results.table(
        f"Hits at {whole(hits.rate or 0)} a second, half the peak, open loop: {variant.title}",
        ["beside them", *(f"{p} us" for p in percentiles), "answered 200", "503", "no answer",
         "load tool late, p99 us"],
        [[label, *(cell(of(heard, percentile(p))) for p in percentiles),
          *(whole(sum(read(h) for h in heard)) for read in ENDINGS),
          cell(of(heard, lambda h: h.late_us))]
         for name, label in beside.items() for heard in [[getattr(r, name) for r in rounds]]],
        "Latency from when each was due. The last column is the load tool's own lateness when it "
        "had a free connection, of which the latency holds its part. The gateway's event loop and "
        "its store threads share one core, all load tools the other.")


def percentile(name: str) -> Reading[Heard]:
    return lambda h: h.latency_us[name]


ENDINGS: tuple[Callable[[Heard], int], ...] = (
    lambda h: h.count(200), lambda h: h.count(503), lambda h: h.due() - h.answered)


def shed_table(stage: Stage, variant: Variant, capacity: Capacity, rounds: list[Round]) -> None:
    sent = of(rounds, lambda r: r.store.sent / r.store.seconds).value
    lost = sum(r.store.sent - r.store.answered for r in rounds)
    rows = [shed_row("misses", capacity.misses, [r.misses() for r in rounds]),
            shed_row("redemptions of codes", capacity.writes, [r.writes() for r in rounds])]
    stage.results.table(
        f"What the store was asked for, and what of it was shed: {variant.title}",
        ["", "capacity alone, 1/s", "due, 1/s", "200s/s", "503s/s", "503s of all answers"], rows,
        f"The capacity is that of a closed loop that has the gateway to itself; due is "
        f"{TIMES_CAPACITY} x that, over {STORE_CONNECTIONS} connections. Sent were {whole(sent)} a "
        f"second: fewer where all connections wait for answers. {whole(lost)} had none when the "
        f"load ended.")


def shed_row(label: str, alone: float, answers: list[Answers]) -> list[str]:
    return [label, whole(alone), whole(TIMES_CAPACITY * alone),
            *(cell(of([a.rate(status) for a in answers], float)) for status in (200, 503)),
            percents([a.share(503) for a in answers])]


def queue_table(stage: Stage, variant: Variant, rounds: list[Round]) -> None:
    rows = [[label, *(whole(max(read(r.seen) for r in rounds)) for read in GAUGES.values()),
             whole(sum(r.refused for r in rounds)),
             f"{of(rounds, lambda r: r.cores).value:.2f}",
             whole(max(r.calm_memory for r in rounds)),
             whole(max(r.seen.memory for r in rounds)), whole(sum(r.seen.looks for r in rounds))]
            for label, rounds in ((f"round {i}", [r]) for i, r in enumerate(rounds, 1))]
    stage.results.table(
        f"Queues and memory meanwhile: {variant.title}",
        ["", "reads waiting, at most", "writes waiting, at most", "jobs refused",
         "gateway, cores busy", "memory calm, MiB", "at most, MiB", "looks"], rows,
        f"store-queue is {variant.queue}. Waiting jobs and memory are the most of so many looks at "
        f"/metrics and VmRSS, which an overloaded gateway is slow to give; jobs refused are "
        f"counted.")


def probe_table(stage: Stage, variant: Variant, rounds: list[Round]) -> None:
    """503 has to tell when to come back: seen on single requests, as the load tool counts statuses
    only."""
    probes: Counter[tuple[int, bool]] = sum((r.seen.probes for r in rounds), Counter())
    stage.results.table(f"Single misses and redemptions meanwhile: {variant.title}",
                        ["status", "Retry-After", "answers"],
                        [[str(status), "yes" if has else "no", count]
                         for (status, has), count in sorted(probes.items())])
    if any(status == 503 for status, _ in probes):  # else it says nothing
        stage.results.figure(f"{variant.prefix}.shed_without_retry_after", probes[503, False],
                             "requests")


def displaced_note(stage: Stage, variant: Variant, rounds: Sequence[Round]) -> None:
    displaced = sum(r.not_from_memory for r in rounds)
    answered = sum(r.hits.answered for r in rounds)
    stage.results.note(
        f"{variant.title.capitalize()}: hits whose token or answer the misses had displaced "
        f"from the gateway's memory, so that they had to ask the store: {displaced} of {answered}.")


def unfilled_note(stage: Stage, variant: Variant, rounds: Sequence[Round]) -> None:
    if any(r.refused for r in rounds):
        return
    most = max(read(r.seen) for r in rounds for read in GAUGES.values())
    stage.results.note(
        f"{variant.title.capitalize()}: no store queue was full; at most {most} of {variant.queue} "
        f"jobs were seen waiting. What was too much waited in the connections, hits and misses "
        f"alike, and nothing was shed: the one core that event loop and store threads share was "
        f"full before a queue was.")


def starved_note(stage: Stage, variant: Variant, rounds: Sequence[Round]) -> None:
    due = sum(r.hits.due() for r in rounds)
    answered = sum(r.hits.count(200) for r in rounds)
    if answered < 0.99 * due:
        stage.results.note(
            f"{variant.title.capitalize()}: of {due} hits that were due beside the overload "
            f"{answered} were answered by half a second after it. The rest still waited, so how "
            f"high their p99 is says how long it was measured; read it as not kept up with.")
