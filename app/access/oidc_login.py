"""Logging in by the provider: authorization code with PKCE; state, nonce, signature and audience checked."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.access.login_settings import LoginSettings
from app.access.oidc_provider import OidcProvider
from app.access.roles import roles_in, scope_of
from app.store.answers import AnswerStore
from app.store.logins import PendingLogin, PendingLogins
from app.store.people import PeopleStore, Person
from ingest.errors import ErrorCode, YorozuError

# Signed with the provider's private key. Not HS256: anybody who knows the public key could sign with it.
_ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
)
_LEEWAY_SECONDS = 60  # clocks of two machines
_LONGEST_SUBJECT = 255
CALLBACK: Final = "/auth/oidc/callback"


class OidcLogin:
    """One a service. Safe to use from several threads."""

    def __init__(self, settings: LoginSettings, provider: OidcProvider, store: AnswerStore) -> None:
        self._settings = settings
        self._provider = provider
        self._pending = PendingLogins(store)
        self._people = PeopleStore(store)

    def trouble(self) -> str | None:
        """What follows from a provider that cannot be reached; None where it can."""
        return self._provider.trouble()

    def begin(self, browser: str, after: str, own_address: str) -> str:
        """Return the provider's address that a browser is to be sent to.

        Args:
            browser: the random value that this browser keeps until it is back.
            after: path of ours where it goes afterwards.
            own_address: of the service, as browsers reach it.

        Raises:
            YorozuError: OIDC_UNAVAILABLE, OIDC_REFUSED, DATA_DIR_UNWRITABLE.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        address = self._provider.about()["authorization_endpoint"]
        self._pending.add(state, browser, PendingLogin(nonce, verifier, after))
        asked = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": own_address + CALLBACK,
            "scope": self._settings.oidc_scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def finish(self, answer: Mapping[str, str], browser: str, own_address: str) -> tuple[Person, str]:
        """Return who came back from the provider, and where they wanted to go.

        Args:
            answer: the query that the browser brought.
            browser: what its cookie holds.
            own_address: as in `begin`.

        Raises:
            YorozuError: LOGIN_STALE for an answer to nothing that this browser asked; LOGIN_NOT_ALLOWED,
                OIDC_UNAVAILABLE, OIDC_REFUSED.
        """
        login = self._pending.take(answer.get("state", ""), browser)
        if login is None:
            raise YorozuError(ErrorCode.LOGIN_STALE)
        if answer.get("iss", self._provider.issuer) != self._provider.issuer:
            raise _refused("発行者が違います")
        if "error" in answer:
            denied = answer["error"] == "access_denied"
            raise YorozuError(ErrorCode.LOGIN_NOT_ALLOWED) if denied else _refused("ログインできません")
        tokens = self._provider.exchange(answer.get("code", ""), login.verifier, own_address + CALLBACK)
        claims = self._verified(tokens.get("id_token"), login.nonce)
        return self._person(claims, tokens), login.after

    def leave(self, own_address: str) -> str | None:
        """Return where to log out at the provider as well, None where it offers no such place."""
        try:
            address = self._provider.about().get("end_session_endpoint")
        except YorozuError:
            return None  # logged out here in any case
        if address is None:
            return None
        asked = {"client_id": self._provider.client_id, "post_logout_redirect_uri": f"{own_address}/login"}
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def close(self) -> None:
        """Let go of connections."""
        self._provider.close()

    def _verified(self, token: object, nonce: str) -> dict[str, Any]:
        if not isinstance(token, str):
            raise _refused("IDトークンがありません")
        offered = self._provider.about().get("id_token_signing_alg_values_supported") or ["RS256"]
        algorithms = [name for name in _ALGORITHMS if name in offered]
        if not algorithms:  # an empty list would mean the library's own, which knows HS256
            raise _refused("署名の方式に対応していません")
        try:
            claims = _decoded(token, self._provider, algorithms)
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY_SECONDS,
                iss={"essential": True, "value": self._provider.issuer},
                aud={"essential": True, "value": self._provider.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise _refused(f"IDトークン: {type(error).__name__}") from error
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise _refused("nonce が違います")
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._provider.client_id:
            raise _refused("azp が違います")
        if not claims["sub"] or len(claims["sub"]) > _LONGEST_SUBJECT:
            raise _refused("sub が正しくありません")
        return claims

    def _person(self, claims: Mapping[str, Any], tokens: Mapping[str, Any]) -> Person:
        roles = roles_in(claims, self._settings.oidc_role_claim)
        more: Mapping[str, Any] = {}
        if roles is None or "name" not in claims:  # some put them nowhere else
            more = self._provider.person(str(tokens.get("access_token", "")))
            if more and more.get("sub") != claims["sub"]:
                raise _refused("userinfo の sub が違います")
        if roles is None:
            roles = roles_in(more, self._settings.oidc_role_claim)
        scope = scope_of(roles or set(), self._settings)
        if scope is None:
            raise YorozuError(ErrorCode.LOGIN_NOT_ALLOWED)
        said = {**more, **claims}
        names = (said.get(name) for name in ("name", "preferred_username", "email"))
        name = next((name for name in names if isinstance(name, str) and name.strip()), claims["sub"])
        return self._people.meet(self._provider.issuer, claims["sub"], " ".join(name.split())[:200], scope)


def _decoded(token: str, provider: OidcProvider, algorithms: list[str]) -> dict[str, Any]:
    """Check the signature. Where it does not fit, the keys may be new: the provider is asked once more."""
    try:
        return _signed(token, provider.keys(), algorithms)
    except (JoseError, ValueError):
        return _signed(token, provider.keys(fresh=True), algorithms)


def _signed(token: str, keys: KeySet, algorithms: list[str]) -> dict[str, Any]:
    return dict(jwt.decode(token, keys, algorithms=algorithms).claims)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _refused(reason: str) -> YorozuError:
    return YorozuError(ErrorCode.OIDC_REFUSED, reason=reason)
