#!/usr/bin/env python3
"""The QR codes of an enrolment, read by a reader that nobody here wrote (zbar): in the terminal of
`multipass psu add --qr`, and on the page that `multipass psu enrol` leads to, drawn by librsvg.
What was read makes the codes that finish the enrolment. Neither link nor factor is left in a file.

    qr_test.py PROGRAM
"""

from __future__ import annotations

import base64
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "secrets"))
from bank import Bank, this_step, totp  # noqa: E402

PASSWORD = "anna's own password"
HALVES = {" ": (0, 0), "▄": (0, 1), "▀": (1, 0), "█": (1, 1)}
PIXELS = 6  # a module's side


def read_image(path: pathlib.Path) -> str:
    read = subprocess.run(["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", path],
                          check=True, capture_output=True, text=True)
    return read.stdout.rstrip("\n")


def read_terminal(text: str, folder: pathlib.Path) -> str:
    rows: list[list[int]] = []
    for line in re.findall(r"\x1b\[[\d;]+m(.*)\x1b\[0m", text):
        pairs = [HALVES[c] for c in line]
        rows += [[upper for upper, _ in pairs], [lower for _, lower in pairs]]
    wide = [[module for module in row for _ in range(PIXELS)] for row in rows]
    lines = [" ".join(map(str, row)) for row in wide for _ in range(PIXELS)]
    image = folder / "terminal.pbm"
    image.write_text(f"P1\n{len(wide[0])} {len(lines)}\n" + "\n".join(lines) + "\n")
    return read_image(image)


def read_page(html: str, folder: pathlib.Path) -> str:
    (svg,) = re.findall(r'<svg class="qr".*?</svg>', html, re.S)
    (folder / "page.svg").write_text(svg)
    subprocess.run(["rsvg-convert", "--width", "512", "--output", folder / "page.png",
                    folder / "page.svg"], check=True)
    return read_image(folder / "page.png")


class Psu:
    """Anna, with the program in a terminal on the bank's side."""

    def __init__(self, program: str, bank: Bank) -> None:
        self.program, self.bank = program, bank
        self.cookies: dict[str, str] = {}

    def command(self, *arguments: str, stdin: str = "") -> str:
        environment = {**os.environ, "MULTIPASS_ADMIN_KEY": self.bank.admin_key}
        admin = f"http://127.0.0.1:{self.bank.ports[1]}"
        done = subprocess.run([self.program, *arguments, "--admin", admin], env=environment,
                              input=stdin, check=True, capture_output=True, text=True)
        return done.stdout

    def visit(self, method: str, target: str, **fields: str):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            answer = self.bank.form(target, cookie, **fields)
        else:
            answer = self.bank.ask("GET", target, f"Cookie: {cookie}\r\n")
        for name, value in re.findall(rb"(?im)^set-cookie: ([^=]*)=([^;]*)", answer.head):
            self.cookies[name.decode()] = value.decode()
        return answer


def walk(program: str, bank: Bank, folder: pathlib.Path) -> list[str]:
    """Returns the link's secret and the factor's."""
    anna = Psu(program, bank)
    printed = anna.command("psu", "add", "anna", "--name", "Anna Bell", "--password-stdin", "--qr",
                           stdin=PASSWORD + "\n")
    uri = re.search(r"second factor: (.*)", printed)[1]
    assert read_terminal(printed, folder) == uri, printed
    assert "\x1b" not in anna.command("psu", "add", "bert", "--name", "B", "--password-stdin",
                                      stdin=PASSWORD + "\n"), "a QR code into a pipe"

    link = urllib.parse.urlsplit(anna.command("psu", "enrol", "anna").split("\n")[0])
    x = urllib.parse.parse_qs(link.query)["x"][0]
    page = anna.visit("GET", f"{link.path}?{link.query}")
    entered = anna.visit("POST", "/enrolment/login", x=x, csrf=page.hidden("csrf"),
                         username="anna", password=PASSWORD)
    assert entered.status == 303, entered.whole
    page = anna.visit("GET", entered.field("location"))
    html = page.body.decode()
    scanned = urllib.parse.urlsplit(read_page(html, folder))
    assert (scanned.scheme, scanned.netloc) == ("otpauth", "totp"), scanned
    assert scanned.path.endswith(":anna"), scanned
    secret = urllib.parse.parse_qs(scanned.query)["secret"][0]
    typed = re.search(r'<code class="secret">([^<]*)</code>', html)[1]
    assert typed.replace(" ", "") == secret and secret not in uri, (typed, secret)
    assert all(len(group) == 4 for group in typed.split()), typed

    done = anna.visit("POST", "/enrolment/code", x=x, csrf=page.hidden("csrf"),
                      code=totp(secret, this_step()))
    assert done.status == 303, done.whole
    assert done.field("location") == "/enrolment/done", done.whole
    return [x, secret]


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        bank = Bank(sys.argv[1], name)
        try:
            x, secret = walk(sys.argv[1], bank, folder)
        finally:
            status = bank.stop()
        kept = b"".join(p.read_bytes() for p in [*folder.glob("bank.db*"), bank.log_file])
        for text in (x.encode(), secret.encode(), base64.b32decode(secret)):
            assert text not in kept, text
    assert status == 0, status
    print("the QR codes of terminal and page were read, and what they held logs in")
    return 0


if __name__ == "__main__":
    sys.exit(main())
