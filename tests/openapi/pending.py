"""Operations that the documents describe and this server does not have yet: (method, path)."""

PENDING: set[tuple[str, str]] = set()
