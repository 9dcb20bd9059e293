"""Plots as SVG, drawn by hand: no scripts, no fonts to load, readable in light and dark, and the
same bytes for the same results."""

from __future__ import annotations

from typing import Any, Sequence
from xml.sax.saxutils import escape

from report.number import number_text, tick_text
from report.plot_scale import Scale, make_scale

WIDTH = 760
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 44, 46
PLOT_HEIGHT = 300
LEGEND_ROW, CHARACTER = 20, 7  # pixels; a character of 12 px sans-serif is about 7 wide
BAR, BAR_GAP, GROUP_GAP = 14, 2, 10

# Told apart by the colour-blind too, and readable on white and on black: Okabe and Ito's, muted.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#a38600", "#56a0d3", "#8c6bb1", "#7f7f7f")
STYLE = (
    "<style>"
    "text{font:12px sans-serif;fill:#24292f}.t{font-size:15px;font-weight:bold}"
    ".e{text-anchor:end}.m{text-anchor:middle}"
    ".p{fill:#fff}.g{stroke:#d8dee4}.l{fill:none;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#c9d1d9}.p{fill:#0d1117}.g{stroke:#30363d}}"
    "</style>"
)


def draw(plot: dict[str, Any]) -> str:
    """The SVG of a plot as ResultFile.plot() takes it. ValueError names a plot without values, or
    with some that its axes do not take."""
    try:
        return bar_plot(plot) if plot["kind"] == "bar" else line_plot(plot)
    except ValueError as failed:
        raise ValueError(f"plot {plot['name']}: {failed}") from failed


def px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def text(x: float, y: float, content: str, css: str = "") -> str:
    marked = f' class="{css}"' if css else ""
    return f'<text x="{px(x)}" y="{px(y)}"{marked}>{escape(content)}</text>'


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path class="g" d="M{px(x1)} {px(y1)}L{px(x2)} {px(y2)}"/>'


def color(index: int) -> str:
    return PALETTE[index % len(PALETTE)]


def document(height: float, title: str, parts: Sequence[str]) -> str:
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {px(height)}" '
            f'width="{WIDTH}" height="{px(height)}" role="img">')
    paper = f'<rect class="p" width="{WIDTH}" height="{px(height)}"/>'
    return "\n".join([head, f"<title>{escape(title)}</title>", STYLE, paper,
                      text(LEFT, 24, title, "t"), *parts, "</svg>"]) + "\n"


def legend(names: Sequence[str], top: float) -> tuple[list[str], float]:
    """Squares and names in rows from `top` on; and where the next thing may begin."""
    parts, x, y = [], float(LEFT), top
    for i, name in enumerate(names):
        width = 26 + len(name) * CHARACTER
        if x + width > WIDTH - RIGHT and x > LEFT:
            x, y = float(LEFT), y + LEGEND_ROW
        parts.append(f'<rect x="{px(x)}" y="{px(y)}" width="12" height="12" fill="{color(i)}"/>')
        parts.append(text(x + 17, y + 10, name))
        x += width
    return parts, y + LEGEND_ROW


def line_plot(plot: dict[str, Any]) -> str:
    series = plot["series"]
    keys, top = legend([s["name"] for s in series], 36)
    bottom, ceiling = top + PLOT_HEIGHT, top + 24
    points = [p for s in series for p in s["points"]]
    across = make_scale([p[0] for p in points], plot["x"]["log"], LEFT, WIDTH - RIGHT)
    up = make_scale([p[1] for p in points], plot["y"]["log"], bottom, ceiling, from_zero=True)
    parts = [*keys, *x_axis(across, plot["x"]["label"], ceiling, bottom),
             *y_axis(up, plot["y"]["label"], ceiling - 14)]
    for i, one in enumerate(series):
        parts.append(curve(sorted(one["points"]), across, up, color(i)))
    return document(bottom + BOTTOM, plot["title"], parts)


def x_axis(scale: Scale, label: str, top: float, bottom: float) -> list[str]:
    parts = []
    for tick in scale.ticks:
        x = scale.position(tick)
        parts += [line(x, top, x, bottom), text(x, bottom + 16, tick_text(tick), "m")]
    return [*parts, text((LEFT + WIDTH - RIGHT) / 2, bottom + 36, label, "m")]


def y_axis(scale: Scale, label: str, label_y: float) -> list[str]:
    parts = [text(LEFT - 6, label_y, label, "e" if len(label) < 9 else "")]
    for tick in scale.ticks:
        y = scale.position(tick)
        parts += [line(LEFT, y, WIDTH - RIGHT, y), text(LEFT - 6, y + 4, tick_text(tick), "e")]
    return parts


def curve(points: Sequence[Sequence[float]], across: Scale, up: Scale, paint: str) -> str:
    places = [(px(across.position(x)), px(up.position(y))) for x, y in points]
    path = "M" + "L".join(f"{x} {y}" for x, y in places)
    drawn = f'<path class="l" stroke="{paint}" d="{path}"/>'
    if len(places) > 30:
        return drawn
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3" fill="{paint}"/>' for x, y in places)
    return drawn + dots


def bar_plot(plot: dict[str, Any]) -> str:
    """Bars lie, so that their labels can be read; a group per label, a bar per series."""
    series = plot["series"]
    labels = list(dict.fromkeys(p[0] for s in series for p in s["points"]))
    keys, top = legend([s["name"] for s in series], 36) if len(series) > 1 else ([], TOP)
    left = max(LEFT, 16 + CHARACTER * max((len(str(n)) for n in labels), default=0))
    values = [p[1] for s in series for p in s["points"]]
    log = plot["y"]["log"]
    # A bar on a log axis has no natural foot: it stands a step before the least value.
    scale = make_scale([*values, min(values) / 2] if log and values else values, log, left,
                       WIDTH - RIGHT - 60, from_zero=True)
    group = len(series) * (BAR + BAR_GAP) + GROUP_GAP
    bottom = top + group * len(labels) + GROUP_GAP
    parts = [*keys, *x_axis(scale, plot["y"]["label"], top, bottom)]
    for n, label in enumerate(labels):
        y = top + GROUP_GAP + n * group
        middle = y + (group - GROUP_GAP) / 2 + 3
        parts.append(text(left - 8, middle, str(label), "e"))
        parts += bars(series, label, scale, y)
    return document(bottom + BOTTOM, plot["title"], parts)


def bars(series: Sequence[dict[str, Any]], label: str, scale: Scale, top: float) -> list[str]:
    parts = []
    for i, one in enumerate(series):
        y = top + i * (BAR + BAR_GAP)
        for value in (p[1] for p in one["points"] if p[0] == label):
            foot, end = scale.position(scale.low), scale.position(value)
            parts.append(f'<rect x="{px(foot)}" y="{px(y)}" width="{px(end - foot)}" '
                         f'height="{BAR}" fill="{color(i)}"/>')
            parts.append(text(end + 5, y + 11, number_text(value)))
    return parts
