#!/usr/bin/python3
"""Runs the quick starts of README.md as they stand there, as a TPP developer would who pastes them
into a file: only the bank's address is another, and the account holder answers the question.

    tests/clients/run build/release/multipass /usr/bin/python3 tests/clients/readme_test.py
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from account_holder import approve  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = {"python": ["/usr/bin/python3", "-u"], "js": ["node", "--experimental-global-webcrypto"]}
ENDINGS = {"python": ".py", "js": ".mjs"}


def quick_starts() -> list[tuple[str, str]]:
    text = (ROOT / "README.md").read_text()
    return re.findall(r"(?ms)^```(python|js)\n(.*?)^```", text)


def run(language: str, code: str) -> str:
    code = code.replace("http://127.0.0.1:8080", os.environ["MULTIPASS_PUBLIC"])
    # Below tests/, where node finds the packages.
    with tempfile.TemporaryDirectory(dir=ROOT / "tests", prefix=".readme-") as folder:
        file = pathlib.Path(folder) / ("quick_start" + ENDINGS[language])
        file.write_text(code)
        with subprocess.Popen([*PROGRAMS[language], str(file)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as client:
            url = re.search(r"http\S+", client.stdout.readline())[0]
            said, _ = client.communicate(approve(url) + "\n", timeout=120)
            assert client.returncode == 0, said
            return said


def main() -> None:
    found = quick_starts()
    assert len(found) >= 4, f"only {len(found)} quick starts in README.md"
    for language, code in found:
        library = re.search(r"(?:from|import) ?\S* ?(?:\* as \w+ from )?'?(\w[\w-]*)", code)
        said = run(language, code)
        assert "GB01TCCL82495709311980" in said, said
        print("runs as it stands:", language, library[0] if library else "")


main()
