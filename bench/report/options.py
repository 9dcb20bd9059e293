"""The command line that all benchmarks have in common."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


class OneLineParser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        print(f"{self.prog}: {message.removeprefix('argument ')}", file=sys.stderr)
        sys.exit(2)


def build_folder(text: str) -> Path:
    path = Path(text).resolve()
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"expected a build folder, got {text!r}")
    return path


def bench_parser(prog: str, description: str, quick: str) -> OneLineParser:
    """With --build, and with --quick, which means `quick`."""
    parser = OneLineParser(prog=prog, description=description)
    parser.add_argument("--build", type=build_folder, required=True, metavar="DIR",
                        help="the build folder")
    parser.add_argument("--quick", action="store_true", help=quick)
    return parser
