"""Reads rows.json: the requests and what is to become of each."""

import collections
import json
import pathlib

# data: bytes; statuses: of its answers; end: "open", "close" or "waits"
Row = collections.namedtuple("Row", "name data statuses end")


def expand(text):
    if isinstance(text, str):
        return text
    return "".join(part if isinstance(part, str) else part[0] * part[1] for part in text)


def read_rows():
    groups = json.loads(pathlib.Path(__file__).with_name("rows.json").read_text())["groups"]
    rows = []
    for group in groups:
        for what, text, statuses, end in group["rows"]:
            text = expand(text)
            whole = group["request"].replace("{n}", str(len(text)), 1).replace("{}", text, 1)
            rows.append(Row(f"{group['about']}: {what}", whole.encode("latin-1"), statuses, end))
    return rows
