#!/usr/bin/env python3
"""Bad configurations: no start, and file, line, key and expectation named."""

import subprocess
from pathlib import Path

from harness.case import Case, check, run, say

# Text of the file, the line of the fault, and what must be said about it.
TABLE = (
    ("listen = 127.0.0.1:0\nlisten = 127.0.0.1:0\n", 2, ("listen", "expected once")),
    ("listens = 127.0.0.1:0\n", 1, ("listens", "example-config")),
    ("\n# a comment\nthreads = many\n", 3, ("threads", "a whole number")),
    ("threads = 257\n", 1, ("threads", "256")),
    ("threads = -1\n", 1, ("threads", "a whole number")),
    ("listen = nowhere\n", 1, ("listen", "address:port")),
    ("listen = 127.0.0.1:99999\n", 1, ("listen", "address:port")),
    ("code-ttl = 1h\n", 1, ("code-ttl", "10min")),
    ("code-ttl = 60\n", 1, ("code-ttl", "such as 10s")),
    ("max-header = 1\n", 1, ("max-header", "256")),
    ("max-body = 64parsecs\n", 1, ("max-body", "such as 65536")),
    ("log-level = loud\n", 1, ("log-level", "debug, info, warning")),
    ("sandbox = perhaps\n", 1, ("sandbox", "true or false")),
    ("foreign-change-poll = 1ms\n", 1, ("foreign-change-poll", "10ms")),
    ("store-readers = 0\n", 1, ("store-readers", "1 to 64")),
    ("trusted-proxies = 10.0.0.0/33\n", 1, ("trusted-proxies", "networks such as")),
    ("just a line\n", 1, ("just a line", "key = value")),
    ("database\n", 1, ("database", "key = value")),
    ("database = /nowhere/at/all/bank.db\n", None, ("/nowhere/at/all", "folder")),
)


def said_about(program: str, command: str, path: Path, *more: str) -> str:
    ended = subprocess.run([program, command, "--config", path, *more], capture_output=True,
                           text=True, timeout=30)
    check(ended.returncode not in (0, None) and ended.returncode > 0,
          f"an exit status above 0 from {command} for {path.read_text()!r}")
    return ended.stderr


def bad_files(case: Case) -> None:
    """Each is refused by serve, and by check-config where no other file is concerned."""
    path = case.folder / "bank.conf"
    for text, line, expected in TABLE:
        path.write_text(text)
        commands = [("serve",)] if line is None else [("serve",), ("check-config",)]
        for command in commands:
            said = said_about(case.program, *command, path)
            where = () if line is None else (f"{path}:{line}:",)
            for part in where + expected:
                check(part in said, f"'{part}' in '{said.strip()}'")
    say(f"  {len(TABLE)} files refused; the last: {said.strip()}")


def bad_flags(case: Case) -> None:
    """A flag is named as the key is; a port that is taken, a folder that is a file."""
    path = case.folder / "bank.conf"
    path.write_text("")
    plain = case.folder / "plain"
    plain.write_text("no folder")
    for flags, expected in (
            (("--threads", "many"), ("threads", "a whole number")),
            (("--database", str(plain / "bank.db")), (str(plain),)),
            (("--sandbox", "--listen", "0.0.0.0:0"), ("loopback",)),
            (("--listen", "192.0.2.1:0", "--public-url", "https://bank.example",
              "--database", str(case.folder / "bank.db")), ("listen", "192.0.2.1"))):
        said = said_about(case.program, "serve", path, *flags)
        for part in expected:
            check(part in said, f"'{part}' in '{said.strip()}'")
    say(f"  the last: {said.strip()}")


run(__doc__, bad_files, bad_flags)
