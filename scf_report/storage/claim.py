"""What a worker gets from the outbox: one piece of work, or the reason why there is none now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from scf_report.domain.api_choice import Api
from scf_report.domain.delivery import LEASE, SETTLE_TIME, Numbering, State
from scf_report.domain.geography import Point
from scf_report.domain.reconciliation import Doubt
from scf_report.domain.report import Reference
from scf_report.storage.outbox import reasons_of
from scf_report.storage.photos import StoredPhoto, outbox_photos, stored_photo


class Work(Enum):
    """What a claimed row needs."""

    SEND = "send"
    LOOK_UP = "look up"
    POLL = "poll"
    LEARN = "learn"
    """Already accepted; read the list once, so that a later lost answer can be settled."""


WORK_BY_STATE = {
    State.HELD: Work.SEND,
    State.QUEUED: Work.SEND,
    State.UNCERTAIN: Work.LOOK_UP,
    State.AWAITING_ID: Work.POLL,
    State.ACCEPTED: Work.LEARN,
}
"""What a row that is due needs; one that is being sent has to be given up first."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What a worker needs of a row's sealed part."""

    point: Point
    fields: tuple[tuple[str, str], ...]
    numbering: Numbering
    private: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """One row in one worker's hands. ``fields`` and ``photo`` are what was saved, byte for byte.

    ``person_id`` is as whom it goes out, None for nobody; ``renewed``: the person's access was
    renewed after the attempt before, and because of it.
    """

    id: str
    work: Work
    attempt: int
    numbering: Numbering
    look_ups: int
    """How often it was looked up or polled since that attempt, this time included."""
    reference: Reference
    service_code: str
    point: Point
    fields: tuple[tuple[str, str], ...]
    photo: StoredPhoto | None
    last_attempt_at: datetime
    lease_until: datetime
    service_request_token: str
    doubt: Doubt
    api: Api
    person_id: str | None
    renewed: bool
    private: bool

    @property
    def teaches(self) -> bool:
        """Its acceptance is worth a look at the list, to learn whether its type shows there."""
        at_once = self.numbering is Numbering.AT_ONCE
        return self.work is Work.SEND and at_once and not self.private

    def is_soon(self, now: datetime) -> bool:
        """Tell whether what is found now is found as soon as an absence would be believed."""
        return now <= self.last_attempt_at + LEASE + SETTLE_TIME


@dataclass(frozen=True, slots=True)
class Probe:
    """A report waits, but nothing was heard from the upstream lately: ask it first, then deliver."""

    point: Point


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What a row holds cannot be read, as when its key is not configured now; it is tried again later."""

    reference: Reference


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing can be done for this many seconds."""

    seconds: float


def photo_of(connection: sa.Connection, outbox_id: str) -> StoredPhoto | None:
    """Read the photo that is or will be sent, None if there is none."""
    query = sa.select(outbox_photos).where(outbox_photos.c.outbox_id == outbox_id)
    return stored_photo(connection.execute(query).mappings().first())


def read_payload(opened: Mapping[str, Any]) -> Payload:
    """Read an opened payload. Raises LookupError, TypeError or ValueError when it is not one."""
    fields = tuple((str(name), str(value)) for name, value in opened["fields"])
    # Rows of the first version do not say it.
    numbering = Numbering(opened.get("numbering", Numbering.AT_ONCE.value))
    private = bool(opened["public"].get("private", False))
    return Payload(Point(*opened["point"]), fields, numbering, private)


def make_claim(
    row: Mapping[Any, Any],
    payload: Payload,
    work: Work,
    photo: StoredPhoto | None,
    *,
    type_is_seen: bool,
) -> Claim:
    """Make a claim of an outbox row as it stands after claiming."""
    return Claim(
        id=row["id"],
        work=work,
        attempt=row["attempts"],
        numbering=payload.numbering,
        look_ups=row["look_ups"],
        reference=Reference(row["reference"]),
        service_code=row["service_code"],
        point=payload.point,
        fields=payload.fields,
        photo=photo,
        last_attempt_at=row["last_attempt_at"],
        lease_until=row["lease_until"],
        service_request_token=row["service_request_token"] or "",
        doubt=Doubt(
            lease_ended_at=row["lease_until"],
            # What gets its number later may stand in no list until then, however long that takes.
            # What is private may stand in none at all.
            type_is_seen=type_is_seen
            and payload.numbering is Numbering.AT_ONCE
            and not payload.private,
            look_ups=row["look_ups"],
            reasons=reasons_of(row),
        ),
        api=Api.of(row["api"]),
        person_id=row["person_id"],
        renewed=row["renewed"],
        private=payload.private,
    )
