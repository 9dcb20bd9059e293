#!/usr/bin/env python3
"""Runs store_bench and writes the result file "store": misses, durable writes, and their floors.

    store.py --build DIR [--quick]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Sequence

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from report.figures import figure_ratio, ns, us  # noqa: E402
from report.google_benchmark import BenchmarkError, Measured, run  # noqa: E402
from report.machine import package_version  # noqa: E402
from report.options import bench_parser  # noqa: E402
from report.process import exit_on_sigterm  # noqa: E402
from report.result_file import ResultFile  # noqa: E402

CALLERS = (1, 8, 64, 256)
WRITES = {"authorize": "authorization filed", "issue": "code redeemed, token issued",
          "revoke": "token revoked, consent ended"}
WRITES_EACH = 640     # write_bench.cpp: of an iteration
READS_EACH = 1000     # store_bench.cpp: of an iteration through the pool
QUICK = "^(find_|issue_(together|alone)/callers:64/)"


def write_name(what: str, how: str, callers: int) -> str:
    return f"{what}_{how}/callers:{callers}"


def reads(results: ResultFile, measured: Measured) -> None:
    for waiting in (1, 64):  # from the time of a thousand to that of one
        measured.divide(f"find_through_pool/waiting:{waiting}", READS_EACH)
    rows = [("floor: a bare prepared SELECT", "find_by_bare_select"),
            ("the store's own session", "find_by_session"),
            ("through the pool, 64 waiting", "find_through_pool/waiting:64"),
            ("through the pool, one at a time", "find_through_pool/waiting:1")]
    results.table("A token found in the store", ["", "ns", "over the SELECT"],
                  [[label, ns(measured.spread(name)),
                    f"{measured.ratio(name, rows[0][1]).value:.2f}x"] for label, name in rows],
                  "100,000 tokens. Through the pool means: the hop to a reading thread, the query, "
                  "and the hop back to the event loop. With 64 waiting one wake-up serves many; "
                  "one at a time pays for both wake-ups alone.")
    figure_ratio(results, "store.miss_vs_select",
                 measured.ratio("find_through_pool/waiting:64", "find_by_bare_select"))


def writes(results: ResultFile, measured: Measured) -> None:
    rows = []
    for what, label in WRITES.items():
        for callers in CALLERS:
            together, alone = (write_name(what, how, callers) for how in ("together", "alone"))
            if together not in measured.times:
                continue
            rate = {n: WRITES_EACH / measured.ns(n) * 1e9 for n in (together, alone)}
            rows.append([label, str(callers), f"{rate[together]:,.0f}", f"{rate[alone]:,.0f}",
                         f"{measured.ratio(alone, together).value:.1f}x",
                         f"{measured.counter(together, 'jobs_per_commit'):.1f}"])
    results.table("Durable writes a second",
                  ["what", "callers", "group commit", "a transaction each", "ratio",
                   "writes a commit"], rows,
                  "Each answer follows its fsync, and each caller writes again when it has its "
                  "answer. Both columns are the same statements through the same pool.")
    figure_ratio(results, "store.issue64_vs_single",
                 measured.ratio(write_name("issue", "alone", 64),
                                write_name("issue", "together", 64)))


def floors(results: ResultFile, measured: Measured) -> None:
    rows = [[f"{frames} pages written, one fdatasync", us(measured.spread(name))]
            for frames in (1, 4, 64, 256)
            if (name := f"write_and_sync/frames:{frames}") in measured.times]
    if "bare_insert" in measured.times:
        rows.append(["SQLite: a transaction with one INSERT", us(measured.spread("bare_insert"))])
    if rows:
        results.table("What a durable write costs at the least", ["", "us"], rows,
                      "In the folder of temporary files; TMPDIR names another disk.")


def plot(results: ResultFile, measured: Measured) -> None:
    shown = {"together": "group commit", "alone": "a transaction each"}
    if write_name("issue", "together", 1) not in measured.times:
        return
    results.plot({"name": "store-issue", "title": "Tokens issued a second, each after its fsync",
                  "kind": "line", "x": {"label": "callers at once", "log": True},
                  "y": {"label": "a second", "log": True},
                  "series": [{"name": title, "points": [
                      [n, round(WRITES_EACH / measured.ns(write_name("issue", how, n)) * 1e9)]
                      for n in CALLERS]} for how, title in shown.items()]})


def main(arguments: Sequence[str]) -> int:
    options = bench_parser("store.py", "Runs store_bench.",
                           "what has a goal, and less often").parse_args(arguments)
    exit_on_sigterm()
    results = ResultFile("store", "The store: misses and durable writes", "tools/bench store")
    results.versions["Google Benchmark"] = package_version("libbenchmark1debian")
    repetitions = 3 if options.quick else 7
    results.setting(f"{repetitions} repetitions of 0.2 s at least, in random order; medians")
    measured = Measured()
    try:
        measured.add(run(options.build / "bench/store/store_bench",
                         [f"--benchmark_repetitions={repetitions}", "--benchmark_min_time=0.2",
                          f"--benchmark_filter={QUICK if options.quick else '.'}",
                          "--benchmark_enable_random_interleaving=true"],
                         options.build / "bench/google_benchmark/store.json"))
        reads(results, measured)
        writes(results, measured)
        floors(results, measured)
        plot(results, measured)
    except BenchmarkError as failed:
        print(f"store.py: {failed}", file=sys.stderr)
        return 1
    print(f"store: {results.write()}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
