"""Who asks: a person who has logged in, somebody with a key, or anybody."""

from dataclasses import dataclass
from enum import StrEnum

_MOST_CHARACTERS = 100  # of a name in the history


class Scope(StrEnum):
    """What a key or a person may do. Each scope covers those before it."""

    READER = "reader"
    ORGANISER = "organiser"
    ADMIN = "admin"

    def covers(self, needed: "Scope") -> bool:
        """Tell whether this scope is enough where `needed` is asked for."""
        order = list(Scope)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who makes a request.

    Attributes:
        key_id: of the key that came with it, None for everybody else.
        scope: of that key or person, None for an anonymous visitor.
        address: where the request comes from.
        person_id: of the person who has logged in, None for everybody else.
        name: of the person, or of the key as whoever made it called it.
    """

    key_id: str | None = None
    scope: Scope | None = None
    address: str = ""
    person_id: str | None = None
    name: str | None = None

    @property
    def owner(self) -> str | None:
        """Whose the things are that this visitor makes; None where they are nobody's."""
        return self.key_id or self.person_id

    @property
    def who(self) -> str:
        """How the audit log and the request log name this visitor."""
        if self.owner is not None:
            return self.owner
        return "anonymous" if self.scope is None else "local"

    def acting(self, by: str) -> str:
        """Return the name under which a change is kept: the key's, where there is one, whatever was said."""
        return by if self.name is None else self.name[:_MOST_CHARACTERS]

    def sees(self, owner: str | None) -> bool:
        """Tell whether what `owner` (a key's or person's id, None for nobody) made may be shown to them.

        What an anonymous visitor made has no owner: its id, which nobody can guess, is all that protects it.
        """
        return owner is None or owner == self.owner or self.scope is Scope.ADMIN


PROGRAM = Visitor(scope=Scope.ADMIN)  # the command line, on the machine that holds the data
ANYBODY = Visitor()
