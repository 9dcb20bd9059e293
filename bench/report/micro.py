#!/usr/bin/env python3
"""Runs the programs of bench/micro and writes a result file for each.

    micro.py --build DIR [--quick] [digest] [token_cache] [authorize] [parser] [answer]

--quick measures what the quick goals need, and no more.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Sequence

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from report import micro_cache, micro_path  # noqa: E402
from report.google_benchmark import BenchmarkError, Measured, run  # noqa: E402
from report.machine import GIB, available_memory, package_version  # noqa: E402
from report.options import bench_parser  # noqa: E402
from report.process import exit_on_sigterm  # noqa: E402
from report.result_file import ResultFile  # noqa: E402

# Shuffled together and repeated, so that no side of a ratio has the better minute to itself.
INTERLEAVED = ("--benchmark_enable_random_interleaving=true",)
MANY_TOKENS_MEMORY = 6 * GIB  # for 10 million tokens in the largest of the maps, and what is asked


@dataclass(frozen=True)
class Step:
    """One run of a program."""

    repetitions: int
    seconds: float  # at least, of each repetition
    filter: str = "."  # names of benchmarks that it matches
    interleaved: bool = True

    def options(self) -> list[str]:
        return [f"--benchmark_repetitions={self.repetitions}",
                f"--benchmark_min_time={self.seconds}", f"--benchmark_filter={self.filter}",
                *(INTERLEAVED if self.interleaved else ())]

    def text(self) -> str:
        order = ", in random order" if self.interleaved else ""
        return f"{self.repetitions} repetitions of {self.seconds} s at least{order}; medians"


@dataclass(frozen=True)
class Program:
    title: str
    describe: Callable[[ResultFile, Measured], None]
    whole: tuple[Step, ...]
    quick: tuple[Step, ...] = ()
    threaded: bool = False  # it pins its threads itself


PROGRAMS = {
    "authorize": Program("authorize(): from header bytes to the decision", micro_path.authorize,
                         (Step(9, 0.1),), (Step(9, 0.05, "tokens:10000/mixed:0$"),),
                         threaded=True),
    "token_cache": Program("The token cache", micro_cache.describe,
                           (Step(1, 0.0, micro_cache.MEMORY, interleaved=False),
                            Step(11, 0.1, micro_cache.HEADLINE),
                            Step(3, 0.05, micro_cache.UP_TO_A_MILLION),
                            Step(3, 0.05, micro_cache.TEN_MILLION, interleaved=False)),
                           (Step(9, 0.05, micro_cache.HEADLINE),), threaded=True),
    "digest": Program("Hashing", micro_path.digest, (Step(9, 0.1),)),
    "parser": Program("Parsing a request", micro_path.parser, (Step(9, 0.1),)),
    "answer": Program("Writing an answer", micro_path.answer, (Step(9, 0.1),)),
}


def measure(name: str, build: Path, quick: bool) -> Path:
    """Runs a program and writes its result file."""
    program = PROGRAMS[name]
    results = ResultFile(name, program.title, f"tools/bench {name}")
    results.versions["Google Benchmark"] = package_version("libbenchmark1debian")
    measured = Measured()
    for number, step in enumerate(program.quick if quick else program.whole):
        if step.filter == micro_cache.TEN_MILLION and available_memory() < MANY_TOKENS_MEMORY:
            results.setting("10 million tokens: left out, for want of 6 GiB of free memory")
            continue
        output = build / "bench/google_benchmark" / f"{name}{number}.json"
        measured.add(run(build / "bench/micro" / f"{name}_bench", step.options(), output,
                         None if program.threaded else {0}))
        if step.repetitions > 1:
            results.setting(step.text())
    program.describe(results, measured)
    return results.write()


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = bench_parser("micro.py", "Runs the micro-benchmarks.", "what the quick goals need")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PROGRAMS))
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in PROGRAMS:
            parser.error(f"{name}: expected one of {', '.join(PROGRAMS)}")
    return options


def main(arguments: Sequence[str]) -> int:
    options = parse_options(arguments)
    exit_on_sigterm()
    names = options.names or [n for n, p in PROGRAMS.items() if p.quick or not options.quick]
    try:
        for name in names:
            quick = options.quick and bool(PROGRAMS[name].quick)
            print(f"{name}: {measure(name, options.build, quick)}", file=sys.stderr)
    except BenchmarkError as failed:
        print(f"micro.py: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
