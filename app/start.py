"""What must be so before the service begins to listen."""

import logging

from app.state import ServiceState
from app.store.keys import KeyStore
from ingest.errors import ErrorCode, YorozuError
from ingest.index.layout import current_generation

log = logging.getLogger(__name__)


def check_start(state: ServiceState) -> None:
    """Refuse a start after which nobody could ask anything, or everybody could without being meant to.

    Raises:
        YorozuError: INDEX_MISSING; KEYS_NEEDED where other machines can reach the service, a key is asked for
            and there is none.
    """
    settings = state.settings
    if current_generation(settings.data_dir) is None:
        raise YorozuError(ErrorCode.INDEX_MISSING)
    if not settings.anonymous_reading and not KeyStore(state.store).any_usable():
        raise YorozuError(ErrorCode.KEYS_NEEDED, host=settings.host)
    if settings.anonymous_reading and not settings.on_this_machine:
        log.warning("everybody who reaches %s may ask and read without a key", settings.host)
