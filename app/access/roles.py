"""From what a provider says of a person to what they may do here."""

from collections.abc import Mapping
from typing import Any

from app.access.login_settings import LoginSettings
from app.access.visitor import Scope


def roles_in(claims: Mapping[str, Any], name: str) -> set[str] | None:
    """Return the values of a claim, None where there is no such claim.

    Args:
        claims: of a token, or of the provider's answer about a person.
        name: of the claim; `realm_access.roles` also means `roles` inside of `realm_access`.
    """
    value: Any = claims
    if name in claims:
        value = claims[name]
    else:
        for part in name.split("."):
            if not isinstance(value, Mapping) or part not in value:
                return None
            value = value[part]
    if isinstance(value, str):
        return {value}
    # Some list them, some make them the names of an object.
    return (
        {str(role) for role in value if isinstance(role, str)} if isinstance(value, list | Mapping) else set()
    )


def scope_of(roles: set[str], settings: LoginSettings) -> Scope | None:
    """Return the largest scope that roles give, None where they give none."""
    if roles & set(settings.oidc_admin_roles):
        return Scope.ADMIN
    if roles & set(settings.oidc_organiser_roles):
        return Scope.ORGANISER
    if not settings.oidc_reader_roles or roles & set(settings.oidc_reader_roles):
        return Scope.READER
    return None
