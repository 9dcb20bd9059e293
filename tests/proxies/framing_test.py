#!/usr/bin/python3
"""Every row of tests/framing/rows.json through nginx and HAProxy, with another client on the same
connection to the gateway: nobody ever gets an answer that belongs to another request.

    framing_test.py build/release/multipass [unittest arguments]

Each request bears an X-Request-ID that the gateway repeats: it tells whose answer an answer is. Between
the rows a canary, a client with a token, goes through the same proxy; the proxy keeps one
connection to the gateway. What a row leaves in there would be the canary's answer, or its token
the row's. Needs Debian's nginx-light and haproxy.
"""

import os
import pathlib
import re
import select
import shutil
import subprocess
import sys
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "framing"))
from raw_http import Malformed, connect, read_to_end, send, split_answers  # noqa: E402
from rows import read_rows  # noqa: E402
from sandbox import Sandbox  # noqa: E402

OURS = ("canary-", "row-", "behind-")
BEHIND = ("GET /healthz HTTP/1.1\r\nHost: test\r\nX-Request-ID: behind-{}\r\n"
          "Connection: close\r\n\r\n")
CANARY = ("POST /api/tpp/accounts HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {}\r\n"
          "X-Request-ID: canary-{}\r\nContent-Length: 0\r\n\r\n")


class Proxy:
    """A proxy process; its frontends are Unix sockets in `folder`."""

    def __init__(self, command, template, folder, gateway):
        text = (HERE / template).read_text()
        self.path = os.path.join(folder, template)
        pathlib.Path(self.path).write_text(
            text.replace("@folder@", folder).replace("@gateway@", gateway))
        program = shutil.which(command[0], path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        if program is None:
            sys.exit(f"{command[0]} is not installed; tools/build --tests installs it")
        self.log_path = os.path.join(folder, command[0] + ".out")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([program, *command[1:], self.path], stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL)

    def wait_for(self, frontend):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                connect(frontend).close()
                return
            except OSError:
                time.sleep(0.05)  # nothing tells us when it listens
        sys.exit("The proxy did not start: " + pathlib.Path(self.log_path).read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


class Canary:
    """A client with a token and a kept connection to the proxy."""

    REST = 1.0  # seconds; the proxies close a connection that rests for 2

    def __init__(self, frontend, token):
        self.frontend, self.token = frontend, token
        self.connection, self.sent, self.asked_at = None, 0, 0.0

    def ask(self):
        """None, or what is wrong."""
        self.sent += 1
        unasked = self.drop_if_closed()
        if unasked:
            return f"canary {self.sent} got, before it asked: {unasked}"
        if self.connection is None:
            self.connection = connect(self.frontend)
        self.asked_at = time.monotonic()
        self.connection.sendall(CANARY.format(self.token, self.sent).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            part = self.connection.recv(65536)
            if not part:
                return f"canary {self.sent} got no answer: {head}"
            head += part
        size = re.search(rb"\r\ncontent-length: (\d+)\r\n", head, re.I)
        while size and len(head.partition(b"\r\n\r\n")[2]) < int(size[1]):
            head += self.connection.recv(65536)
        answers = split_answers(head)
        if [a.status for a in answers] != [200] or answers[0].request_id != f"canary-{self.sent}":
            return f"canary {self.sent} got {head}"
        if answers[0].fields.get("connection", "").lower() == "close":
            self.close()
        return None

    def drop_if_closed(self):
        """A proxy may close a connection that rests. Returns what came though nothing was asked."""
        if self.connection is None:
            return b""
        if not select.select([self.connection], [], [], 0)[0]:
            if time.monotonic() - self.asked_at > self.REST:
                self.close()
            return b""
        try:
            unasked = self.connection.recv(65536)
        except ConnectionResetError:
            unasked = b""
        self.close()
        return unasked

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def mark(row, number):
    """The row with an X-Request-ID of its own, where its header is plain enough to have one."""
    if b"X-Request-ID" in row.data:
        return row.data
    host = b"Host: test\r\n"
    return row.data.replace(host, host + f"X-Request-ID: row-{number}\r\n".encode(), 1)


def wrong_with_refusal(stream):
    """None, or what is wrong with the words of a proxy itself: of the gateway it may not complain."""
    return "the proxy's complaint" if re.match(rb"HTTP/1.. 50[0234]", stream) else None


def wrong_with(answer, number):
    """None, or what is wrong with an answer that the sender of row `number` got."""
    whose = answer.request_id
    if whose is None:
        return None
    if whose.startswith(OURS) and whose not in (f"row-{number}", f"behind-{number}"):
        return f"the answer to {whose}"
    if answer.status >= 500 and answer.status != 505:
        return f"{answer.status} of the gateway"
    return None


class Framing(unittest.TestCase):
    program = None

    @classmethod
    def setUpClass(cls):
        cls.gateway = Sandbox(cls.program, "--body-timeout", "1s")
        cls.addClassCleanup(cls.gateway.stop)
        cls.token = cls.gateway.token()
        cls.folder = cls.gateway.folder.name
        cls.proxies = []
        for command, template in ((["nginx", "-c"], "nginx.conf"),
                                  (["haproxy", "-db", "-f"], "haproxy.cfg")):
            proxy = Proxy(command, template, cls.folder, cls.gateway.public)
            cls.addClassCleanup(proxy.stop)
            cls.proxies.append(proxy)

    def send_rows(self, frontend, problems):
        canary = Canary(frontend, self.token)
        rows = read_rows()
        for number, row in enumerate(rows[:1] + rows):  # so that one canary is before the first
            try:
                problem = self.send_row(frontend, number, row) or canary.ask()
            except (OSError, Malformed) as e:
                problem = repr(e)
            if problem:
                problems.append(f"{os.path.basename(frontend)}, {row.name}: {problem}")
                canary.close()
        canary.close()
        self.canaries[frontend] = canary.sent

    def send_row(self, frontend, number, row):
        with connect(frontend) as client:
            send(client, mark(row, number) + BEHIND.format(number).encode())
            stream = read_to_end(client)
        if b"canary-" in stream or self.token.encode() in stream:
            return f"a canary's: {stream}"
        if not stream.startswith(b"HTTP/"):  # the answer to HTTP/0.9 is a body alone
            return None
        if b"\r\nx-request-id:" not in stream.lower():  # the proxy's own refusal, or nothing
            return wrong_with_refusal(stream)
        for answer in split_answers(stream, may_be_to_head=b"HEAD " in row.data):
            problem = wrong_with(answer, number)
            if problem:
                return f"{problem}: {stream}"
        return None

    def test_no_answer_belongs_to_another_request(self):
        frontends = [(self.proxies[0], "nginx-buffered"), (self.proxies[0], "nginx-unbuffered"),
                     (self.proxies[1], "haproxy"), (self.proxies[1], "haproxy-lenient")]
        problems, self.canaries, threads = [], {}, []
        for proxy, name in frontends:
            frontend = os.path.join(self.folder, name)
            proxy.wait_for(frontend)
            threads.append(threading.Thread(target=self.send_rows, args=(frontend, problems)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(problems, [], "\n" + "\n".join(problems))
        self.assertTrue(self.gateway.is_running())
        sent = sum(self.canaries.values())
        accepted = self.gateway.metric('multipass_http_accepted_total{listener="public"}')
        print(f"{sent} rows, a canary behind each, over {accepted:.0f} connections")
        self.assertEqual(sent, (len(read_rows()) + 1) * len(frontends))
        self.assertLess(accepted, sent, "the proxies did not keep their connections")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    Framing.program = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
