"""How a secret might show: in clear, in any case, in hex, in base64, URL-encoded."""

from __future__ import annotations

import base64
import re
import urllib.parse


def forms(secret: bytes) -> set[bytes]:
    """What to look for, in small letters where case does not matter: see found_in()."""
    quoted = {urllib.parse.quote(secret, safe=safe).encode().lower()
              for safe in ("", "/", "-._~!$&'()*+,;=:@/")}
    return {secret.lower(), secret.hex().encode(), *quoted,
            urllib.parse.quote_plus(secret).encode().lower(),
            "".join(f"%{b:02x}" for b in secret).encode()}


def base64_forms(secret: bytes) -> set[bytes]:
    """The part that does not depend on what is around it, at each of the three offsets."""
    found = set()
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + secret)
        whole = (offset + len(secret)) // 3 * 4
        inner = text[(0, 2, 3)[offset] + (offset > 0):whole]
        found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return {f for f in found if len(f) >= 8}


def found_in(text: bytes, secret: bytes) -> bool:
    if re.fullmatch(rb"\d{6}", secret):  # a one-time code; longer numbers may hold it by chance
        return re.search(rb"(?<!\d)" + secret + rb"(?!\d)", text) is not None
    lower = text.lower()
    return any(f in lower for f in forms(secret)) or any(f in text for f in base64_forms(secret))
