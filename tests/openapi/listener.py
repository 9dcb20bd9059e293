"""One listener of a running sandbox and the OpenAPI document that it serves of itself."""

import http.client
import json

ADMIN_KEY = "sandbox-admin-key"
NO_SUCH_PATH = "There is nothing at this path"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


def ask(address, method, path, body=None, headers=None):
    """One request on a connection of its own; redirects are not followed."""
    connection = http.client.HTTPConnection(address, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        got = connection.getresponse()
        return Answer(got.status, got.headers, got.read().decode())
    finally:
        connection.close()


class Listener:
    def __init__(self, address, document_path):
        self.address = address
        got = ask(address, "GET", document_path,
                  headers={"Authorization": "Bearer " + ADMIN_KEY})
        assert got.status == 200, (document_path, got.status)
        assert got.headers["Content-Type"] == "application/json"
        self.document = got.json()

    def operations(self):
        """(method, path) of everything that is documented."""
        return {(method.upper(), path) for path, item in self.document["paths"].items()
                for method in item if method in ("get", "post")}

    def serves(self, method, path):
        """Whether there is such an endpoint; asked without any credentials, so nothing happens."""
        got = ask(self.address, method, path)
        return got.status != 405 and not (got.status == 404 and NO_SUCH_PATH in got.body)


def listeners(sandbox):
    return (Listener(sandbox.public, "/openapi.json"),
            Listener(sandbox.private, "/admin/openapi.json"))
