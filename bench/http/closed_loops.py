"""The closed-loop comparisons: noise floor, headline, connections, pipelining, two threads. They
saturate server or load tool, whichever is slower; what they tell is CPU time per request."""

from __future__ import annotations

from comparison import Comparison, cpu_ratio, cpu_us, latency, of, ratio_of, user_us
from exchange import Answer
from fleet import Fleet, running
from peers import PEERS
from rounds import Entry, Samples, opening_cost
from verify import extra_fields

CONNECTIONS = (1, 16, 64, 256, 1024)
HEADLINE = ("gateway", "gateway_again", "floor", "work", "nginx", "lua", "lua_sha256", "beast")
ALL = (*HEADLINE, "floor_gathered", "haproxy")
PIPELINED = ("gateway", "floor", "floor_gathered", "work", "nginx", "lua", "beast")
PIPELINED_QUICK = ("gateway", "floor", "nginx")
TWO_THREADS = ("gateway", "floor", "work", "nginx", "lua", "lua_sha256", "beast")
DEPTH = 16


def noise(c: Comparison, fleet: Fleet) -> None:
    """The same program twice: no ratio of this run means more than this one differs from 1."""
    samples = c.run("noise floor", fleet, ("gateway", "gateway_again"), c.load())
    seen = cpu_ratio(samples, "gateway_again", "gateway")
    c.figure("http.noise", seen, "x")
    c.results.note(f"Noise floor: two processes of the same gateway, CPU time per request "
                   f"{seen.text(3)} of each other. Differences of that size mean nothing.")


def answer_sizes(c: Comparison, answers: dict[str, Answer]) -> None:
    own = len(answers["gateway"].whole)
    rows = [[PEERS[n].title, len(a.whole), len(a.whole) - own, extra_fields(a) or "none"]
            for n, a in answers.items()]
    c.results.table("Bytes of an answer", ["server", "bytes", "more than the gateway",
                                           "fields that the gateway does not send"], rows,
                    "Each answer was compared with the gateway's before timing: status, body, "
                    "fields. What is left differs in what the servers cannot be told to omit, and "
                    "in the length of the request id, which counts up in the gateway.")


def accounts(c: Comparison, fleet: Fleet, names: tuple[str, ...]) -> Samples:
    samples = c.run("accounts", fleet, names, c.load())
    c.server_table("Account list, 64 connections, one request at a time on each", samples,
                   "Server on one core, load on another. Ratios are taken within a round; median "
                   "(lowest-highest) of the rounds. \"cores busy\" below 1 says that the load tool "
                   "was the slower side: then latency is the load tool's, and a server that is not "
                   "pressed collects fewer events per epoll_wait.")
    c.ratio_figures("http.accounts", samples)
    c.figure("http.accounts.cpu_us", of(samples["gateway"], cpu_us), "us")
    c.figure("http.accounts.cpu_user_us", of(samples["gateway"], user_us), "us")
    c.figure("http.accounts.latency.p99_saturated_vs_nginx",
             ratio_of(samples, "gateway", "nginx", latency("p99")), "x")
    c.results.plot({"name": "http-cpu", "title": "CPU time per request, 64 connections",
                    "kind": "bar", "x": {"label": "server", "log": False},
                    "y": {"label": "us", "log": False},
                    "series": [{"name": "CPU-us/request",
                                "points": [[n, of(s, cpu_us).value] for n, s in samples.items()
                                           if n != "gateway_again"]}]})
    return samples


def pipelined(c: Comparison, fleet: Fleet) -> None:
    names = PIPELINED_QUICK if c.quick else PIPELINED
    samples = c.run("pipelined", fleet, names, c.load(depth=DEPTH))
    c.server_table(f"Account list, 64 connections, {DEPTH} requests pipelined on each", samples)
    c.ratio_figures(f"http.accounts.pipelined{DEPTH}", samples)


def connections(c: Comparison, fleet: Fleet) -> None:
    """One column per number of connections. What opening them costs is taken off."""
    names = [n for n in fleet if n != "gateway_again"]
    by_count: dict[int, Samples] = {}
    for count in CONNECTIONS:
        load = c.load(connections=count)
        opening = {n: opening_cost(c.site.programs, fleet[n], load) for n in names}
        by_count[count] = c.run_entries(f"{count} connections",
                                        [Entry(n, fleet[n], load, opening[n]) for n in names])
    # `opening` is of the most connections now: the most exact.
    c.results.table("CPU-us to accept a connection and close it", ["server", "us"],
                    [[PEERS[n].title, f"{opening[n] * 1e6 / CONNECTIONS[-1]:.1f}"] for n in names],
                    f"From {CONNECTIONS[-1]} opened at once.")
    connection_tables(c, by_count, names)


def connection_tables(c: Comparison, by_count: dict[int, Samples], names: list[str]) -> None:
    for count, samples in by_count.items():
        c.ratio_figures(f"http.accounts.c{count}", samples)
    columns = ["server", *(str(n) for n in CONNECTIONS)]
    c.results.table("CPU-us/request by connections", columns,
                    [[PEERS[n].title, *(of(s[n], cpu_us).text() for s in by_count.values())]
                     for n in names], "Without what opening and closing them costs.")
    c.results.table("Gateway's CPU/request over the server's, by connections", columns,
                    [[PEERS[n].title,
                      *(cpu_ratio(s, "gateway", n).text() for s in by_count.values())]
                     for n in names if n != "gateway"])
    c.results.table("p99 in us by connections, closed loop", columns,
                    [[PEERS[n].title,
                      *(f"{of(s[n], latency('p99')).value:.0f}" for s in by_count.values())]
                     for n in names])
    c.results.plot({"name": "http-connections", "title": "CPU time per request by connections",
                    "kind": "line", "x": {"label": "connections", "log": True},
                    "y": {"label": "us", "log": False},
                    "series": [{"name": n, "points": [[count, of(s[n], cpu_us).value]
                                                      for count, s in by_count.items()]}
                               for n in names]})


def two_threads(c: Comparison) -> None:
    load = c.load(cpus=None)
    with running(c.site, TWO_THREADS, 2, None, load) as (fleet, _):
        samples = c.run("two threads", fleet, TWO_THREADS, load)
    c.server_table("Account list, 64 connections, two threads or workers each", samples,
                   "Nothing is pinned: server and load tool share the machine's cores, so only CPU "
                   "time per request compares; requests/s and latency hold the load tool's share.")
    c.ratio_figures("http.accounts.threads2", samples)
