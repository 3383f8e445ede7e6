"""Who asks: somebody with a key, or anybody."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a key may do. Each scope covers those before it."""

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
        key_id: of the key that came with it, None for an anonymous visitor and for the program itself.
        scope: of that key, None for an anonymous visitor.
        address: where the request comes from.
    """

    key_id: str | None = None
    scope: Scope | None = None
    address: str = ""

    @property
    def who(self) -> str:
        """How the audit log and the request log name this visitor."""
        if self.key_id is not None:
            return self.key_id
        return "anonymous" if self.scope is None else "local"

    def sees(self, owner: str | None) -> bool:
        """Tell whether what `owner` (a key's id, None for nobody) made may be shown to this visitor.

        What an anonymous visitor made has no owner: its id, which nobody can guess, is all that protects it.
        """
        return owner is None or owner == self.key_id or self.scope is Scope.ADMIN


PROGRAM = Visitor(scope=Scope.ADMIN)  # the command line, on the machine that holds the data
ANYBODY = Visitor()
