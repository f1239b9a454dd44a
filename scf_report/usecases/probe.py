"""Ask an endpoint what it says of itself and what can be reported there: two reads, within the budget."""

from dataclasses import dataclass
from enum import Enum

from scf_report.clients.errors import (
    BudgetSpentError,
    NotSentError,
    RefusedError,
    UnansweredError,
    UpstreamError,
)
from scf_report.clients.open311.discovery import Discovery
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.domain.geography import Point
from scf_report.domain.report_form import RequestType

__all__ = ["Discovery", "ProbeEndpoint", "Trouble", "UpstreamError", "trouble_of"]


class Trouble(Enum):
    """How a read went wrong."""

    NOT_ASKED = "the budget is spent"
    UNREACHABLE = "no connection was made"
    UNANSWERED = "no whole answer came back"
    REFUSED = "the answer is a refusal"
    UNUSABLE = "the answer cannot be used"


def trouble_of(error: UpstreamError) -> Trouble:
    """Sort an error."""
    match error:
        case BudgetSpentError():
            return Trouble.NOT_ASKED
        case NotSentError():
            return Trouble.UNREACHABLE
        case UnansweredError():
            return Trouble.UNANSWERED
        case RefusedError():
            return Trouble.REFUSED
        case _:
            return Trouble.UNUSABLE


@dataclass(frozen=True, slots=True)
class ProbeEndpoint:
    """Reads for an operator; nothing is kept. An error is an answer, too."""

    gateway: Open311Gateway

    @property
    def by_place(self) -> bool:
        """The endpoint has to be told where."""
        return self.gateway.by_place

    def discovery(self) -> Discovery | UpstreamError:
        """Read discovery, which not every server has."""
        try:
            return self.gateway.discovery()
        except UpstreamError as error:
            return error

    def request_types(self, point: Point | None) -> tuple[RequestType, ...] | UpstreamError:
        """Read what can be reported, at this point where that matters."""
        try:
            return self.gateway.request_types(point)
        except UpstreamError as error:
            return error
