"""A stand-in for an OAuth 2.0 token endpoint (RFC 6749) on loopback: checks what is asked, rotates tokens."""

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


class TokenEndpoint:
    """Grants `access_token` for the one refresh token that is valid now, or for the client's own secret.

    `rotates` makes every refresh void the old refresh token. `answer` replaces the next answers: a pair of
    status and JSON fields, with headers if wanted.
    """

    client_id, client_secret = "beyaz-masa", "client-secret-153"

    def __init__(self, access_token: str, refresh_token: str = "refresh-1") -> None:
        self.access_token, self.refresh_token = access_token, refresh_token
        self.expires_in: int | None = 3600
        self.rotates = False
        self.answer: tuple[int, Mapping[str, Any], Mapping[str, str]] | None = None
        self.requests: list[dict[str, str]] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, fields, headers = endpoint._reply(dict(parse_qsl(body)))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(json.dumps(fields).encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/token"

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _reply(self, form: dict[str, str]) -> tuple[int, Mapping[str, Any], Mapping[str, str]]:
        self.requests.append(form)
        if self.answer:
            return self.answer
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return 401, {"error": "invalid_client"}, {}
        if form.get("grant_type") == "refresh_token" and form.get("refresh_token") != self.refresh_token:
            return 400, {"error": "invalid_grant"}, {}
        fields: dict[str, Any] = {"access_token": self.access_token, "token_type": "Bearer"}
        if self.expires_in is not None:
            fields["expires_in"] = self.expires_in
        if self.rotates:
            self.refresh_token = f"refresh-{len(self.requests) + 1}"
            fields["refresh_token"] = self.refresh_token
        return 200, fields, {}
