"""Ask an address whether it wants to hear what becomes of a report, begin that, and end it."""

from dataclasses import dataclass

from scf_report.storage.mailbox import Mailbox, Subscription

__all__ = ["Subscribe", "Subscription"]


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Updates by e-mail. Nothing is ever sent to an address that has not confirmed, but the question."""

    mailbox: Mailbox

    def ask(self, receipt: str, address: str, language: str) -> None:
        """Ask an address that somebody gave at a receipt; the same whether or not it is known."""
        self.mailbox.ask(receipt, address, language)

    def can_be_asked(self, receipt: str) -> bool:
        """Tell whether there is anything that updates could say of this receipt's report."""
        return self.mailbox.takes_addresses(receipt)

    def is_asked(self, receipt: str) -> bool:
        """Tell whether the address given with the report has still to confirm."""
        return self.mailbox.awaits_confirmation(receipt)

    def open(self, key: str) -> Subscription | None:
        """Return what a message's key is about; None if it is about nothing (any more)."""
        return self.mailbox.find(key)

    def confirm(self, key: str) -> bool:
        """Begin the updates; False if there is no such key."""
        return self.mailbox.confirm(key)

    def end(self, key: str) -> bool:
        """End the updates and forget the address; False if there is no such key."""
        return self.mailbox.end(key)
