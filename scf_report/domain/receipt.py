"""What a resident may see of their report, without account or e-mail."""

from dataclasses import dataclass
from datetime import datetime

from scf_report.domain.api_choice import Api
from scf_report.domain.delivery import CHANGEABLE, Refusal, State
from scf_report.domain.report import Reference
from scf_report.domain.watching import CityStatus


@dataclass(frozen=True, slots=True)
class PublicPart:
    """The part of a report that anybody may read once it is accepted, in the words that are sent."""

    address: str
    request_type: str
    organization: str
    text: str
    photos: int
    private: bool = False
    """Nobody but the organization's staff will read it, so that there is no page to link to."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt: the state of one delivery and the public part of its report.

    ``next_try_at`` is set only while a try is really planned; ``upstream_id`` only once the
    upstream has given its number.
    """

    reference: Reference
    state: State
    public: PublicPart
    saved_at: datetime
    attempts: int
    last_attempt_at: datetime | None
    next_try_at: datetime | None
    settled_at: datetime | None
    upstream_id: str | None
    notice: str
    reasons: tuple[Refusal, ...]
    api: Api = Api.OPEN311
    """Through which it goes out."""
    city: CityStatus | None = None
    """What the city's record said when it was last read; None when nothing is known."""

    @property
    def delayed(self) -> bool:
        """It is kept, but at least one try has failed or the upstream is known to be away."""
        return self.state is State.QUEUED and self.next_try_at is not None

    @property
    def changeable(self) -> bool:
        """The resident may still withdraw it."""
        return self.state in CHANGEABLE
