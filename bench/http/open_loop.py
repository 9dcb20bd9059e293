"""Latency at half load: an open loop at half of what nginx takes, counted from the time at which
each request was to be sent."""

from __future__ import annotations

from comparison import PERCENTILES, Comparison, latency, of, ratio_of
from fleet import Fleet
from peers import PEERS

NAMES = ("gateway", "floor", "nginx", "lua", "lua_sha256", "beast")
SHOWN = ("p50", "p90", "p99", "p99.9", "p99.99")


def latency_at_half_load(c: Comparison, fleet: Fleet, half: float) -> None:
    """`half`: of nginx's rate under a closed loop."""
    samples = c.run("half load", fleet, NAMES, c.load(rate=half))
    for percentile in PERCENTILES:
        name = percentile.replace(".", "")
        c.figure(f"http.accounts.latency.{name}_half_load_vs_nginx",
                 ratio_of(samples, "gateway", "nginx", latency(percentile)), "x")
    rows = [[PEERS[n].title, *(of(s, latency(p)).text(0) for p in SHOWN)]
            for n, s in samples.items()]
    c.results.table(f"Latency in us at {half:.0f} requests/s, open loop", ["server", *SHOWN], rows,
                    "Half of nginx's saturated rate, Poisson arrivals, 64 connections, counted "
                    "from the intended send time. Server and load tool on a core each.")
    c.results.plot({"name": "http-latency", "title": "Latency at half load", "kind": "line",
                    "x": {"label": "1 / (1 - percentile)", "log": True},
                    "y": {"label": "us", "log": True},
                    "series": [{"name": n, "points": [[one_in(p), of(s, latency(p)).value]
                                                      for p in SHOWN]}
                               for n, s in samples.items()]})


def one_in(percentile: str) -> float:
    """p99.9 -> 1000: the worst one in so many."""
    return round(100 / (100 - float(percentile[1:])), 6)
