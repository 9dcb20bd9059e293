"""Operations that the documents describe and this server does not have yet: (method, path)."""

PENDING = {
    ("GET", "/.well-known/oauth-authorization-server"),
    ("POST", "/oauth/par"),
    ("GET", "/oauth/authorize"),
    ("POST", "/oauth/token"),
    ("POST", "/oauth/revoke"),
    ("GET", "/tpp/events"),
    ("GET", "/tpp/consents/{clientId}"),
    ("GET", "/consents"),
    ("POST", "/introspect"),
    ("POST", "/admin/psus/{username}/enrolment"),
    ("POST", "/admin/tpps/{username}/webhook"),
    ("POST", "/admin/tpps/{username}/webhook/remove"),
    ("GET", "/admin/events"),
    ("POST", "/admin/tpps/{username}/events/{number}/replay"),
    ("POST", "/admin/tpps/{username}/events/replay"),
}
