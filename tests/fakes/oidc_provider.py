"""A provider on loopback that can be told to lie: what a real one never does, and an attacker's does."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

CLIENT, SECRET = "yorozu", "s3cr3t-from-the-provider"


def _unchanged(claims: dict[str, Any]) -> dict[str, Any]:
    return claims


@dataclass
class LyingProvider:
    """Vouches for `claims` with a real signature, a real exchange and real PKCE, but for what is changed."""

    issuer: str = ""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"}))
    published: list[ECKey] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)
    change: Callable[[dict[str, Any]], dict[str, Any]] = _unchanged
    sign: Callable[[dict[str, Any]], str] | None = None
    person: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    public: bool = False  # no secret was agreed upon: PKCE alone says whose the code is
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, address: str) -> dict[str, str]:
        """What a browser does there: it is sent to `address` and comes back with this query."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code{len(self.codes)}"
        self.codes[code] = query
        return {"code": code, "state": query["state"]}

    def documents(self, path: str) -> dict[str, Any]:
        keys: list[Any] = self.published or [self.key]
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/person",
                "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
                **self.about,
            },
            "/keys": dict(KeySet(keys).as_dict(private=False)),
            "/person": self.person,
        }[path]

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        asked = self.codes.pop(form.get("code", ""), None)
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or authorization != ("" if self.public else basic)
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "u1",
            "name": "佐藤 花子",
            "groups": ["staff"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
        }
        claims = self.change(claims)
        return {"access_token": "a", "token_type": "Bearer", "id_token": (self.sign or self.signed)(claims)}

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key, algorithms=["ES256"])

    def with_public_key_as_secret(self, claims: dict[str, Any]) -> str:
        """The old trick: HS256 with what everybody may know."""
        head = _encoded({"alg": "HS256", "kid": self.key.kid}) + "." + _encoded(claims)
        mac = hmac.digest(self.key.as_pem(private=False), head.encode(), "sha256")
        return f"{head}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    def without_signature(self, claims: dict[str, Any]) -> str:
        return f"{_encoded({'alg': 'none', 'kid': self.key.kid})}.{_encoded(claims)}."


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@contextmanager
def lying_provider() -> Iterator[LyingProvider]:
    provider = LyingProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            self._answer(provider.status, provider.documents(self.path))

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            said = provider.token(form, self.headers.get("Authorization", ""))
            self._answer(400 if "error" in said else 200, said)

        def _answer(self, status: int, said: dict[str, Any]) -> None:
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()
