#!/usr/bin/python3
"""The OpenAPI documents describe what the running server has, all of it and nothing else.

    coverage_test.py build/release/multipass SOURCE_FOLDER

Every path that stands in the sources is asked for, with each method, on both listeners.
"""

import os
import pathlib
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "framing"))
from listener import listeners  # noqa: E402
from pending import PENDING  # noqa: E402
from sandbox import Sandbox  # noqa: E402

# Pages for people: the way in is documented, what lies behind it is the pages' own.
PARTS_OF_PAGES = ("/consent/", "/consents/", "/enrolment", "/sandbox/")


def paths_in_sources(folder):
    found = set()
    for source in pathlib.Path(folder, "src").rglob("*.cpp"):
        if source.parent.name != "cli":
            found |= set(re.findall(r'"(/[A-Za-z0-9._{}/-]*)"', source.read_text()))
    return found


def without_names(path):
    return re.sub(r"\{\w+\}", "{}", path)


def is_page(path):
    return path == "/" or path.startswith(PARTS_OF_PAGES)


def problems(listener, paths):
    documented = listener.operations()
    known = {(method, without_names(path)) for method, path in documented}
    for path in sorted(paths):
        for method in ("GET", "POST"):
            if not is_page(path) and (method, path) not in known and \
                    listener.serves(method, path.replace("{}", "1")):
                yield f"{method} {path} is served and not documented"
    for method, path in sorted(documented):
        if not listener.serves(method, re.sub(r"\{\w+\}", "1", path)) and \
                (method, path) not in PENDING:
            yield f"{method} {path} is documented and not served"
    if listener.document["servers"][0]["url"] != "http://" + listener.address:
        yield f"servers: {listener.document['servers']} instead of {listener.address}"


def main():
    sandbox = Sandbox(os.path.abspath(sys.argv[1]))
    try:
        paths = paths_in_sources(sys.argv[2])
        found = [p for listener in listeners(sandbox) for p in problems(listener, paths)]
    finally:
        code = sandbox.stop()
    print("\n".join(found) or f"{len(paths)} paths of the sources are as documented")
    return 1 if found or code else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main())
