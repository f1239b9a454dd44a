"""Who sends the reports of ``make soak``: strangers over Open311, and residents who have signed in over APIv2."""

import random
import sqlite3
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from scf_report.domain.delivery import State
from scf_report.domain.draft import Draft
from scf_report.domain.person import EXPIRES_SOON
from scf_report.sandbox.people import PEOPLE
from tests.faults.faulty_city import RENEWAL, RENEWED_AT_ONCE
from tests.faults.reports import BATCH, MODERATED, PRIVATE, PUBLIC
from tests.faults.resident import Resident
from tests.faults.site import Site
from tests.faults.storm import Size
from tests.faults.test_web_faults import send

Rows = Sequence[Mapping[str, Any]]


class Crowd(Protocol):
    """People who report, and what has to come of it."""

    site: Site
    size: ClassVar[Size]
    lost_at: ClassVar[str]
    """Where one worker stops for good (:mod:`tests.faults.doomed`)."""
    left_to_people: ClassVar[frozenset[str]]
    """Types of which an absence proves nothing, so that some must be left to a person."""

    def learn(self) -> None:
        """Send the first reports, all of which have to be taken and found."""
        ...

    def drafts(self, chance: random.Random) -> list[Draft]:
        """Fill all the others."""
        ...

    def send(self, draft: Draft) -> set[str]:
        """Send one; returns the receipts that were shown."""
        ...

    def look(self, share: float) -> None:
        """Go on with what else people do, when this share of all is sent."""
        ...

    def wrong(self, rows: Rows, records: Rows, /) -> Counter[str]:
        """Count what must not be, beyond what holds for all, by its name."""
        ...


@dataclass
class Strangers:
    """People without an account, over Open311."""

    site: Site
    size: ClassVar[Size] = Size(reports=1000, workers=1, worker_kills=30, web_kills=15)
    lost_at: ClassVar[str] = "after the POST"
    left_to_people: ClassVar[frozenset[str]] = frozenset({PRIVATE, MODERATED})
    kinds: ClassVar[list[str]] = [PUBLIC] * 14 + [PRIVATE] * 2 + [MODERATED] * 2 + [BATCH] * 2

    def learn(self) -> None:
        """Report something public."""
        self.site.submit("The first of its kind")

    def drafts(self, chance: random.Random) -> list[Draft]:
        """Fill drafts of all kinds."""
        kinds = [chance.choice(self.kinds) for _ in range(self.size.reports - 1)]
        return [self.site.draft(f"Report {number}", kind) for number, kind in enumerate(kinds)]

    def send(self, draft: Draft) -> set[str]:
        """Press Send."""
        return send(self.site, draft.id)

    def look(self, share: float) -> None:
        """Do nothing else."""

    def wrong(self, *_: Rows) -> Counter[str]:
        """Find nothing more."""
        return Counter()


@dataclass
class Residents:
    """Three people who have signed in, and strangers: two of three reports go out as a person's.

    Access ends every few seconds, in the second half without notice. One of the three takes hers
    back after a third of the time, and signs in again when her reports have waited for a while.
    """

    site: Site
    size: ClassVar[Size] = Size(reports=400, workers=3, worker_kills=16, web_kills=8)
    lost_at: ClassVar[str] = "after a person's POST"
    left_to_people: ClassVar[frozenset[str]] = frozenset({MODERATED})
    kinds: ClassVar[list[str]] = [PUBLIC] * 5 + [PRIVATE] * 3 + [MODERATED] * 2
    token_life: ClassVar[int] = 15
    """Seconds, of which the app uses those before ``EXPIRES_SOON``."""
    patience: ClassVar[float] = 3.0
    """Seconds that reports wait until their person notices."""
    waited: int = 0
    """The most reports that were seen to wait for a sign-in."""
    waiting_since: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers = [person.id for person in PEOPLE if not person.role_in]
        self.people = {str(number): Resident(self.site, number) for number in numbers}
        self.fickle = list(self.people.values())[-1]
        self.took_back = self.is_silent = False

    def learn(self) -> None:
        """Sign in, and report something public, with an account and without."""
        self.site.turn(token_life=str(self.token_life))
        web = self.site.start_web()
        for each in self.people.values():
            each.sign_in()
        self.site.kill(web)
        self.site.submit("The first of its kind")
        self.site.submit("The first with an account", person=self.fickle.who)

    def drafts(self, chance: random.Random) -> list[Draft]:
        """Fill drafts of all kinds, a third of them without an account."""
        people = [each.who for each in self.people.values()]
        return [
            self.site.draft(
                f"Report {number}",
                chance.choice(self.kinds) if number % 3 else PUBLIC,
                chance.choice(people) if number % 3 else None,
            )
            for number in range(self.size.reports - 2)
        ]

    def send(self, draft: Draft) -> set[str]:
        """Press Send, and sign in again where that is asked for."""
        if draft.person is None:
            return send(self.site, draft.id)
        return self.people[draft.person.person_id].send(draft.id)

    def look(self, share: float) -> None:
        """Take access back, let tokens not say any more when they end, sign in for what waits."""
        if share > 1 / 3 and not self.took_back:
            self.took_back = True
            self.fickle.comes_back.clear()
            self.fickle.revoke()
        if share > 1 / 2 and not self.is_silent:
            self.is_silent = True
            self.site.turn(token_omits="expires_in")
        self._look_at_receipts()

    def _look_at_receipts(self) -> None:
        rows = self.site.core.outbox.list(State.NEEDS_SIGN_IN)
        self.waited = max(self.waited, len(rows))
        waiting, now = {row["person_id"] for row in rows}, time.monotonic()
        for person_id, person in self.people.items():
            since = self.waiting_since.setdefault(person_id, now)
            if person_id not in waiting:
                del self.waiting_since[person_id]
            elif now > since + self.patience:
                del self.waiting_since[person_id]
                person.comes_back.set()
                person.sign_in(person.session)

    def wrong(self, rows: Rows, records: Rows) -> Counter[str]:
        """Look at whose reports they are, and at what was asked of people and of the city."""
        tally: dict[str, int] = self.site.city.get("/tally.json").json()
        signed_in = sum(each.sign_ins for each in self.people.values())
        needed = len(self.people) + self._ask_city(_ENDED)
        too_early = self.token_life - EXPIRES_SOON.total_seconds() - 1
        return Counter(
            {
                "not as their person": _as_somebody_else(rows, records),
                "two renewed at once": tally.get(RENEWED_AT_ONCE, 0),
                "renewed before its time": self._ask_city(_EARLY, too_early),
                "no access was renewed": int(not tally.get(RENEWAL)),
                "no report waited for a sign-in": int(not self.waited),
                "signed in again without need": max(0, signed_in - needed),
            }
        )

    def _ask_city(self, query: str, *values: float) -> int:
        with closing(sqlite3.connect(self.site.folder / "city.sqlite")) as city:
            return int(city.execute(query, values).fetchone()[0])


_ENDED = "SELECT count(*) FROM oauth_grants WHERE revoked"
_EARLY = """
SELECT count(*) FROM (
    SELECT expires - lag(expires) OVER (PARTITION BY grant_id ORDER BY number) AS apart
    FROM oauth_tokens
) WHERE apart < ?
"""
"""All tokens live equally long, so that those of one grant are as far apart as their beginnings."""


def _as_somebody_else(rows: Rows, records: Rows) -> int:
    people = {row["reference"]: row["person_id"] for row in rows}
    return sum(
        str(record["reporter"] or "") != (people.get(reference_of(record)) or "")
        for record in records
    )


def reference_of(record: Mapping[str, Any]) -> str:
    """Read our reference, which stands before the text."""
    return str(record["description"].partition(":")[0])
