"""What a figure was taken on: machine, compiler, commit. A figure without it is none."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
UNKNOWN = "unknown"
GIB = 1 << 30

# Debian packages whose code runs inside the gateway under test.
GATEWAY_PACKAGES = {
    "Boost": "libboost1.81-dev",
    "OpenSSL": "libssl3",
    "SQLite": "libsqlite3-0",
}


def output_of(*command: str) -> str:
    """Standard output of a command; empty when it is missing or fails."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def package_version(package: str) -> str:
    """Version of an installed Debian package."""
    return output_of("dpkg-query", "-W", "-f=${Version}", package) or UNKNOWN


def cpu_model() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found.group(1).strip() if found else platform.processor() or UNKNOWN


def memory_size() -> str:
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / GIB:.1f} GiB"


def available_memory() -> int:
    """Bytes that a new program could have without others being swapped out."""
    found = re.search(r"^MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return int(found.group(1)) * 1024 if found else 0


def cache_variables(build: Path) -> dict[str, str]:
    """What CMake keeps of a build folder's settings."""
    try:
        text = (build / "CMakeCache.txt").read_text()
    except OSError:
        return {}
    return dict(re.findall(r"^([A-Za-z0-9_]+):[A-Z]+=(.*)$", text, re.MULTILINE))


def release_flags(build: Path) -> str:
    """The flags the library is compiled with, as Ninja has them."""
    try:
        ninja = (build / "build.ninja").read_text()
    except OSError:
        return UNKNOWN
    found = re.search(r"build CMakeFiles/multipass\.dir/src/\S+\.o:.*\n(?:  .*\n)*?"
                      r"  FLAGS = (.*)\n", ninja)
    return found.group(1).strip() if found else UNKNOWN


def commit() -> str:
    """Short hash, with "+changes" when tracked files differ from it."""
    head = output_of("git", "rev-parse", "--short=12", "HEAD")
    if not head:
        return UNKNOWN
    changed = output_of("git", "--no-optional-locks", "status", "--porcelain",
                        "--untracked-files=no", "--", "src", "include", "bench", "CMakeLists.txt",
                        ":!bench/results", ":!bench/plots", ":!bench/RESULTS.md")
    return head + "+changes" if changed else head


def machine(build: Path = ROOT / "build/release") -> dict[str, Any]:
    """Facts about this machine and the build in `build`; "versions" maps names to versions."""
    compiler = cache_variables(build).get("CMAKE_CXX_COMPILER", "g++")
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count() or 1,
        "memory": memory_size(),
        "kernel": f"{platform.system()} {platform.release()}",
        "compiler": output_of(compiler, "--version").split("\n")[0] or UNKNOWN,
        "flags": release_flags(build),
        "commit": commit(),
        "versions": {name: package_version(p) for name, p in GATEWAY_PACKAGES.items()},
    }
