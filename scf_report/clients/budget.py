"""The door that every call to an upstream passes: how many may start in a minute (design section 6)."""

from typing import Protocol

from scf_report.domain.delivery import Share


class Budget(Protocol):
    """One count of calls for all processes, kept by upstream host."""

    def take(self, host: str, share: Share) -> float:
        """Take one call out of the window: 0.0 when taken, else the seconds until it may be tried again."""
        ...

    def pause(self, host: str, seconds: float) -> None:
        """Let nobody call this host for so long; the upstream has said that we are too many."""
        ...
