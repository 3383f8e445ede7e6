"""The OpenID Connect provider of the settings: what it says of itself, its keys, the exchange of a code."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.access.login_settings import LoginSettings
from ingest.breaker import Breaker
from ingest.errors import ErrorCode, YorozuError

_TIMEOUT_SECONDS = 10.0
_WHOLE_SECONDS = 15.0
_KEPT_SECONDS = 3600.0
_KEYS_AGAIN_SECONDS = 30.0  # a token with an unknown key may ask for the keys again this often
_MOST_BYTES = 1_000_000
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_KINDS: Final = frozenset({"RSA", "EC", "OKP"})
_OPTIONAL: Final = ("userinfo_endpoint", "end_session_endpoint")


class OidcProvider:
    """Talks to the provider when somebody logs in. Safe to use from several threads.

    Args:
        settings: with an issuer.
        transport: for tests; by default the network, with the proxies of the environment.
        clock: seconds that never run backwards.
        breaker: says when a provider that is down is left alone, so that logins do not pile up waiting.

    Every method raises OIDC_UNAVAILABLE where the provider cannot be reached, and OIDC_REFUSED where it says
    what it must not.
    """

    def __init__(
        self,
        settings: LoginSettings,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        breaker: Breaker | None = None,
    ) -> None:
        assert settings.oidc_issuer is not None
        assert settings.oidc_client_id is not None
        self.issuer = settings.oidc_issuer
        self.client_id = settings.oidc_client_id
        secret = settings.oidc_client_secret
        self._secret = secret.get_secret_value() if secret is not None else None
        self._http = httpx.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=False, transport=transport)
        self._clock = clock
        self._breaker = breaker or Breaker(clock)
        self._lock = threading.Lock()
        self._about: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def about(self) -> Mapping[str, Any]:
        """What the provider says of itself, kept for an hour."""
        with self._lock:
            if self._about is None or self._clock() - self._about[0] > _KEPT_SECONDS:
                address = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
                self._about = (self._clock(), self._checked(self._json("GET", address)))
            return self._about[1]

    def keys(self, *, fresh: bool = False) -> KeySet:
        """The keys that tokens are signed with.

        Args:
            fresh: the kept ones did not do; they are asked for again, though not all the time.
        """
        address = self.about()["jwks_uri"]
        with self._lock:
            age = self._clock() - self._keys[0] if self._keys is not None else None
            if self._keys is None or age is None or age > (_KEYS_AGAIN_SECONDS if fresh else _KEPT_SECONDS):
                self._keys = (self._clock(), _key_set(self._json("GET", address)))
            return self._keys[1]

    def exchange(self, code: str, verifier: str, redirect_uri: str) -> Mapping[str, Any]:
        """Return the tokens that a code stands for."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
            "client_id": self.client_id,
        }
        methods = self.about().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        auth: httpx.BasicAuth | None = None
        if self._secret is not None and "client_secret_basic" in methods:
            # Both are written as in a form before they are put together (RFC 6749, 2.3.1).
            auth = httpx.BasicAuth(quote_plus(self.client_id), quote_plus(self._secret))
        elif self._secret is not None:
            form["client_secret"] = self._secret
        return self._json("POST", self.about()["token_endpoint"], data=form, auth=auth)

    def person(self, access_token: str) -> Mapping[str, Any]:
        """Return what the provider says of an access token's owner; nothing where it cannot be asked."""
        address = self.about().get("userinfo_endpoint")
        if address is None:
            return {}
        return self._json("GET", address, headers={"Authorization": f"Bearer {access_token}"})

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def trouble(self) -> str | None:
        """What follows from a provider that failed again and again; None where it works."""
        if not self._breaker.resting:
            return None
        return "認証サーバーに接続できないため、いまはログインできません。すでにログインした人は使えます。"

    def _json(self, method: str, address: str, **given: Any) -> dict[str, Any]:
        if not self._breaker.allows():
            raise YorozuError(ErrorCode.OIDC_UNAVAILABLE, reason="続けて失敗したため、接続を休んでいます")
        settled = self._breaker.left
        try:
            said = self._asked(method, address, **given)
            settled = self._breaker.succeeded
        except YorozuError as error:
            down = error.code is ErrorCode.OIDC_UNAVAILABLE
            settled = self._breaker.failed if down else self._breaker.succeeded
            raise
        finally:
            settled()
        return said

    def _asked(self, method: str, address: str, **given: Any) -> dict[str, Any]:
        headers = {"Accept": "application/json", **given.pop("headers", {})}
        try:
            with self._http.stream(method, address, headers=headers, **given) as response:
                body = _read(response, self._clock)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise YorozuError(ErrorCode.OIDC_UNAVAILABLE, reason=type(error).__name__) from error
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise YorozuError(ErrorCode.OIDC_UNAVAILABLE, reason=f"HTTP {response.status_code}")
        try:
            said = httpx.Response(200, content=body).json()
        except ValueError as error:
            raise _refused("JSON ではありません") from error
        if not isinstance(said, dict) or response.status_code != httpx.codes.OK:
            raise _refused(f"HTTP {response.status_code}")
        return said

    def _checked(self, about: dict[str, Any]) -> dict[str, Any]:
        """Take over only what is the provider's own: another's document must not send people elsewhere."""
        if about.get("issuer") != self.issuer:
            raise _refused("issuer が設定と違います")
        secure = urlsplit(self.issuer).scheme == "https"
        for name in (*_ENDPOINTS, *(name for name in _OPTIONAL if name in about)):
            address = about.get(name)
            if not isinstance(address, str) or not address.startswith("https://" if secure else "http"):
                raise _refused(f"{name} が正しくありません")
        return about


def _read(response: httpx.Response, clock: Callable[[], float]) -> bytes:
    body, until = b"", clock() + _WHOLE_SECONDS
    for part in response.iter_bytes():
        body += part
        if len(body) > _MOST_BYTES:
            raise _refused("大きすぎます")
        if clock() > until:  # the client's own limit is for each piece: one byte a second never reaches it
            raise YorozuError(ErrorCode.OIDC_UNAVAILABLE, reason="時間内に終わりません")
    return body


def _key_set(said: dict[str, Any]) -> KeySet:
    """Read the keys that sign; one of a kind that nobody here knows must not spoil the others."""
    try:
        keys = [key for key in said["keys"] if key.get("kty") in _KINDS and key.get("use", "sig") == "sig"]
        return KeySet.import_key_set({"keys": keys})
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _refused("鍵を読めません") from error


def _refused(reason: str) -> YorozuError:
    return YorozuError(ErrorCode.OIDC_REFUSED, reason=reason)
