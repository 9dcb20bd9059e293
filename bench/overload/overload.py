#!/usr/bin/env python3
"""Runs the overload scenarios: twice the peak, more store work than can be done, floods.

    overload.py --build DIR [--quick]

tools/bench overload calls it. Writes the results file "overload". What is measured and how is said
in the modules: peak, mixed, floods. Starting servers and reading them is shared with bench/http.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1]
sys.path[1:1] = [str(BENCH), str(BENCH / "http")]

from floods import floods
from mixed import mixed
from overload_options import read_options
from peak import peak, peak_only
from programs import Missing, Programs
from report.process import exit_on_sigterm
from report.result_file import ResultFile
from servers import allow_many_files
from stage import HITS, LOAD_CPU, SERVER_CPU, Stage, fill


def prepare(options: argparse.Namespace) -> Stage:
    if (os.cpu_count() or 1) < 2:
        raise Missing("this machine has one CPU; server and load need one each")
    allow_many_files()
    programs = Programs(options.build)
    for name in ("fill_store", "multipass-load"):  # fails now, not when all is filled
        programs.bench(name)
    programs.gateway
    command = "tools/bench --quick overload" if options.quick else "tools/bench overload"
    results = ResultFile("overload", "Overload and floods", command)
    scale = options.scale
    results.setting(f"rounds: {scale.rounds}; gateway pinned to CPU {SERVER_CPU}, its store "
                    f"threads too, and all load tools to CPU {LOAD_CPU}")
    results.setting("the gateway as shipped, default settings but for --threads 1")
    results.setting(f"{scale.tokens} valid tokens and {scale.codes} codes in the store; hits are "
                    f"{HITS} of the tokens, brought into memory before, each as likely as the next")
    return Stage(programs, options.folder, options.first_port, scale, results)


def play(options: argparse.Namespace) -> Path:
    stage = prepare(options)
    print(f"filling a store with {stage.scale.tokens} tokens and {stage.scale.codes} codes",
          file=sys.stderr)
    fill(stage)
    if {"peak", "mixed"} & set(options.scenarios):
        highest = peak(stage) if "peak" in options.scenarios else peak_only(stage)
    if "mixed" in options.scenarios:
        mixed(stage, highest)
    if "floods" in options.scenarios:
        floods(stage)
    return stage.results.write()


def main() -> int:
    exit_on_sigterm()
    options = read_options(__doc__.split("\n\n")[0])
    try:
        print(f"overload: {play(options)}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    except (RuntimeError, OSError, ValueError, subprocess.SubprocessError) as failure:
        print(f"overload.py: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
