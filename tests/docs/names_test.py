#!/usr/bin/env python3
"""What README.md and src/SECURITY.md name is there: files, folders, links and configuration keys.

    names_test.py SOURCE_FOLDER
"""

from __future__ import annotations

import pathlib
import re
import sys

PAGES = ["README.md", "src/SECURITY.md"]
ROOMS = ("src", "include", "tests", "tools", "bench", ".ci")
# Hyphenated words in code that are no keys of the configuration: of HTTP, HTML, DNS and our files.
NO_KEYS = {"check-config", "frame-ancestors", "multipass-load", "sandbox-password", "sandbox-secret",
           "webhook-id", "x-request-id"}


def keys(root: pathlib.Path) -> set[str]:
    """tests/cli/config_file_test.cpp keeps this file equal to what the program knows."""
    return set(re.findall(r"(?m)^([a-z-]+) =", (root / "tools/multipass.conf").read_text()))


def is_there(root: pathlib.Path, page: pathlib.Path, name: str) -> bool:
    """Also as the pages name sources: `http/session` for src/http/session.cpp."""
    for base in (root, root / "src", root / "include/multipass", page.parent):
        for end in ("", ".cpp", ".hpp"):
            if (base / (name + end)).exists():
                return True
    return False


def problems(root: pathlib.Path, name: str) -> list[str]:
    page = root / name
    known, found = keys(root), []
    rooms = ROOMS + tuple(p.name for p in (root / "src").iterdir() if p.is_dir())
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text())  # commands are tried by other tests
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        if not (page.parent / link).exists():
            found.append(f"{name}: links to {link}, which is not there")
    for code in re.findall(r"`([^`\n]+)`", text):
        word = code.split()[0].rstrip(",;:/")
        if re.fullmatch(r"[\w.]+(/[\w.-]+)+", word) and word.split("/")[0] in rooms:
            if not is_there(root, page, word):
                found.append(f"{name}: names {word}, which is not there")
        elif re.fullmatch(r"[a-z]+(-[a-z]+)+", word) and word not in known | NO_KEYS:
            found.append(f"{name}: names {word}, which is no key of tools/multipass.conf")
        if setting := re.fullmatch(r"([a-z-]+) = .*", code):
            if setting[1] not in known:
                found.append(f"{name}: sets {setting[1]}, which is no key of tools/multipass.conf")
    return found


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    found = [p for page in PAGES for p in problems(root, page)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
