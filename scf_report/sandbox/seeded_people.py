"""Who reported the seeded issues, and what people said about them."""

import sqlite3
from dataclasses import replace
from random import Random

from scf_report.sandbox.api import talk
from scf_report.sandbox.cities import service_of
from scf_report.sandbox.people import PEOPLE
from scf_report.sandbox.records import Record

DAY = 86_400
_RESIDENTS = [person.id for person in PEOPLE if not person.role_in]
_SAID = (
    "I saw this, too.",
    "It has been like this for weeks.",
    "It got worse after the rain.",
    "Thank you for reporting this.",
)


def with_people(record: Record, n: int, now: float) -> Record:
    """Let some issues be a resident's, and some be acknowledged. The same n gives the same."""
    chance = Random(f"people {n}")  # noqa: S311 - made-up people, not secrets
    mine, shy, seen = chance.random() < 0.3, chance.random() < 0.2, chance.random() < 0.4
    resident = chance.choice(_RESIDENTS)
    if mine:
        service = service_of(record.service_code)
        record = replace(
            record,
            summary=service.name,
            reporter=resident,
            anonymous=shy and service.nameless,
        )
    if seen:
        until = now if record.closed is None else record.closed
        at = record.requested + min(DAY, (until - record.requested) / 2)
        record = replace(record, acknowledged=at, seen=True, updated=max(at, record.updated))
    return record


def add_talk(db: sqlite3.Connection, number: int, record: Record) -> None:
    """Let residents comment on a public issue, vote for it and follow it."""
    if record.hidden:
        return
    chance = Random(f"talk {record.seed}")  # noqa: S311
    at = record.requested + (record.updated - record.requested) / 2
    for resident in _RESIDENTS:
        if chance.random() < 0.15:
            said = talk.NewComment(resident, chance.choice(_SAID))
            talk.add_comment(db, number, said, at)
        for kind in ("votes", "follows"):
            if chance.random() < 0.1:
                talk.add(db, kind, number, resident, at)
    if record.status_notes:
        notes = talk.NewComment(None, record.status_notes)
        talk.add_comment(db, number, notes, record.updated)
