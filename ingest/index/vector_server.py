"""Where vectors lie that several machines share: a Chroma server."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class VectorServer:
    """Address, and how long a question waits for it.

    Attributes:
        url: `http://host:8000`.
        token: sent as a bearer token, for the proxy in front of it.
        seconds: the most that one search may take.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    seconds: float = 1.0

    @property
    def headers(self) -> dict[str, str]:
        """What goes along with every request."""
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
