"""Seeded issues: the same for the same numbers, and never added twice."""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from scf_report.sandbox.answers import moment
from scf_report.sandbox.cities import CITIES
from scf_report.sandbox.records import ARCHIVED_AFTER, Record, insert
from scf_report.sandbox.samples import SAMPLES
from scf_report.sandbox.seeded_people import add_talk, with_people
from scf_report.sandbox.services import Attribute, City, Service
from scf_report.sandbox.store import Store

DAY = 86_400
OLDEST = 60 * DAY
"""Seconds before now over which seeded issues are spread."""
_STREETS = (
    "Elm St",
    "Oak Ave",
    "Harbor Blvd",
    "Mill Rd",
    "Park Pl",
    "Lake Dr",
    "Hill St",
    "Canal St",
)


class Place(NamedTuple):
    """Where a seeded issue is."""

    lat: float
    long: float
    address: str


def seed(store: Store, issues: int, *, places: Path | None, now: float) -> int:
    """Bring the number of seeded issues up to ``issues``; return how many were added.

    Issue number n is always of the same kind, at the same place and of the same age at the time
    of seeding.
    """
    found = {city.id: _places(city, places) for city in CITIES.values()}
    with store.writing() as db:
        present = {
            row[0] for row in db.execute("SELECT seed FROM reports WHERE seed IS NOT NULL")
        }
        new = [_issue(n, found, now) for n in range(issues) if n not in present]
        for record in sorted(new, key=lambda record: record.requested):
            add_talk(db, insert(db, record), record)
    return len(new)


def _places(city: City, folder: Path | None) -> Sequence[Place]:
    file = folder / city.folder / "seeds.json" if folder else None
    if file is None or not file.exists():
        return _invented(city)
    rows = [
        Place(row["lat"], row["long"], row["address"])
        for row in json.loads(file.read_text("utf-8"))
    ]
    return [place for place in rows if city.covers(place.lat, place.long)] or _invented(city)


def _invented(city: City, count: int = 400) -> Sequence[Place]:
    chance = Random(city.id)  # noqa: S311 - made-up places, not secrets
    lats, longs = zip(*city.boundary, strict=True)
    places: list[Place] = []
    while len(places) < count:
        lat = round(chance.uniform(min(lats), max(lats)), 6)
        long = round(chance.uniform(min(longs), max(longs)), 6)
        if city.covers(lat, long):
            places.append(
                Place(lat, long, f"{chance.randrange(1, 900) * 2} {chance.choice(_STREETS)}")
            )
    return places


def _issue(n: int, places: dict[int, Sequence[Place]], now: float) -> Record:
    chance = Random(n)  # noqa: S311
    city = chance.choice([*CITIES.values(), CITIES[101], CITIES[101]])
    pothole = city.services[0]
    offered = [service for service in city.services if service.code in SAMPLES]
    service = chance.choice([*offered, pothole, pothole, pothole])
    place = chance.choice(places[city.id])
    age = chance.uniform(0.01, 1) ** 2 * OLDEST
    requested = now - age
    closed = (
        requested + chance.uniform(0.05, 0.9) * age if chance.random() < age / OLDEST else None
    )
    record = Record(
        organization_id=city.id,
        service_code=service.code,
        description=chance.choice(SAMPLES[service.code]),
        lat=place.lat,
        long=place.long,
        address=place.address,
        requested=requested,
        updated=closed or requested,
        closed=closed,
        status_notes=None if closed is None else "A crew has been there and closed the issue.",
        hidden=_hidden(service, now - requested, chance),
        listed_from=requested,
        numbered_at=requested,
        answers={
            code: _answer(attribute, requested, chance)
            for code, attribute in service.numbered().items()
            if attribute.required
        },
        seed=n,
    )
    return with_people(record, n, now)


def _hidden(service: Service, age: float, chance: Random) -> str:
    if service.private:
        return "private"
    if service.moderated and age < ARCHIVED_AFTER and chance.random() < 0.5:
        return "moderated"
    return ""


def _answer(attribute: Attribute, requested: float, chance: Random) -> str | list[str]:
    if attribute.values is not None:
        key = chance.choice(list(attribute.values))
        return [key] if attribute.datatype == "multivaluelist" else key
    if attribute.datatype == "number":
        return str(chance.randrange(1, 12))
    if attribute.datatype == "datetime":
        return moment(requested - DAY)
    return "Gray"
