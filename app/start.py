"""What must be so before the service begins to listen."""

import logging

from app.backup.undo import unfinished
from app.state import ServiceState
from app.store.keys import KeyStore
from app.store.people import PeopleStore
from ingest.errors import ErrorCode, YorozuError
from ingest.index.layout import current_generation

log = logging.getLogger(__name__)


def check_start(state: ServiceState) -> None:
    """Refuse a start after which nobody could ask anything, or everybody could without being meant to.

    Raises:
        YorozuError: RESTORE_UNFINISHED; INDEX_MISSING; KEYS_NEEDED where other machines can reach the
            service, a key or a login is asked for and nobody has one; LOGIN_NEEDS_HTTPS where people would
            log in over plain http.
    """
    settings = state.settings
    if unfinished(settings.data_dir):
        raise YorozuError(ErrorCode.RESTORE_UNFINISHED, path=str(settings.data_dir))
    # With a shared folder the first generation may come later: until then the service is not ready.
    if current_generation(settings.data_dir) is None and settings.generations is None:
        raise YorozuError(ErrorCode.INDEX_MISSING)
    logins = settings.oidc_issuer is not None or PeopleStore(state.store).any_account()
    if logins and not settings.login_possible:
        raise YorozuError(ErrorCode.LOGIN_NEEDS_HTTPS)
    if not settings.anonymous_reading and not logins and not KeyStore(state.store).any_usable():
        raise YorozuError(ErrorCode.KEYS_NEEDED, host=settings.host)
    if settings.anonymous_reading and not settings.on_this_machine:
        log.warning("everybody who reaches %s may ask and read without a key", settings.host)
