"""Which version this is, as the doors announce it."""

from importlib.metadata import PackageNotFoundError, version


def own_version() -> str:
    """Return the installed version; "0" in a checkout without installation."""
    try:
        return version("yorozu")
    except PackageNotFoundError:
        return "0"
