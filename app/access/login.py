"""All that logging in needs, put together once a service."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from app.access.account_login import AccountLogin
from app.access.cookies import Cookies
from app.access.oidc_login import OidcLogin
from app.access.oidc_provider import OidcProvider
from app.access.passwords import Passwords
from app.access.redis_link import Limits
from app.settings import ServiceSettings
from app.store.answers import AnswerStore
from app.store.people import PeopleStore
from app.store.sessions import SessionStore
from ingest.errors import ErrorCode, YorozuError


@dataclass(frozen=True, slots=True)
class Login:
    """The ways in, and who is in. `oidc` is None where the settings name no provider."""

    settings: ServiceSettings
    cookies: Cookies
    people: PeopleStore
    sessions: SessionStore
    accounts: AccountLogin
    oidc: OidcLogin | None

    @classmethod
    def of(
        cls,
        settings: ServiceSettings,
        store: AnswerStore,
        passwords: Passwords | None = None,
        limits: Limits | None = None,
    ) -> Self:
        """Put it together. Nobody is asked anything yet."""
        sessions = SessionStore(
            store,
            lasts=timedelta(hours=settings.session_hours),
            idle=timedelta(minutes=settings.session_idle_minutes),
        )
        with_provider = settings.oidc_issuer is not None
        return cls(
            settings=settings,
            cookies=Cookies.of(settings),
            people=PeopleStore(store),
            sessions=sessions,
            accounts=AccountLogin(store, sessions, passwords or Passwords(), limits=limits),
            oidc=OidcLogin(settings, OidcProvider(settings), store) if with_provider else None,
        )

    def check_possible(self) -> None:
        """Refuse logins where a cookie would travel in the clear.

        Raises:
            YorozuError: LOGIN_NEEDS_HTTPS.
        """
        if not self.settings.login_possible:
            raise YorozuError(ErrorCode.LOGIN_NEEDS_HTTPS)

    def close(self) -> None:
        """Let go of connections."""
        if self.oidc is not None:
            self.oidc.close()
