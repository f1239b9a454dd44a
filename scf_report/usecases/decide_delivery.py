"""Let a person decide what nothing could prove: whether a report has arrived at the city."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import urljoin

from scf_report.clients.errors import UpstreamError
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.clients.seeclickfix.gateway import SeeClickFixGateway
from scf_report.domain.api_choice import Api
from scf_report.domain.delivery import Share, State
from scf_report.domain.geography import Point
from scf_report.domain.issue import Issue
from scf_report.domain.reconciliation import LOOK_BACK
from scf_report.domain.report import Reference
from scf_report.storage.database import Database
from scf_report.storage.decisions import Decisions
from scf_report.storage.outbox import Outbox
from scf_report.storage.sealing import SealBrokenError, Sealer
from scf_report.storage.seen import SeenTypes

__all__ = ["Case", "DecideDelivery", "Record", "SealBrokenError"]

LONGEST_NUMBER = 200
LONGEST_NAME = 80
"""Characters that are kept of who decided."""


class Record(Enum):
    """What the city shows under a number."""

    OURS = "it carries our reference"
    ANOTHERS = "it does not"
    NOT_SHOWN = "there is no such public record"
    UNREAD = "it could not be read"


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one undecided delivery, and where a person can look further.

    ``list_url`` is the city's list that look-ups read, from ``since`` on; ``type_is_seen`` tells
    whether reports of this type are known to show there.
    """

    id: str
    reference: Reference
    service_code: str
    request_type: str
    type_is_seen: bool
    address: str
    point: Point
    saved_at: datetime
    attempts: int
    last_attempt_at: datetime
    look_ups: int
    since: datetime
    list_url: str
    service_request_token: str
    api: Api


@dataclass(frozen=True, slots=True)
class DecideDelivery:
    """The operator's decision. ``site`` is the address of this app, for a city embedded in it.

    Each report is looked for over the API through which it went out, there as anybody.
    """

    database: Database
    outbox: Outbox
    decisions: Decisions
    seen: Mapping[Api, SeenTypes]
    sealer: Sealer
    gateway: Open311Gateway
    apiv2: SeeClickFixGateway
    apiv2_root: str
    """APIv2's root as an operator's browser reaches it."""
    site: str

    def open(self, reference: str) -> Case | State | None:
        """Return what is known, the state if that is not undecided, or None if this city has no such one.

        Raises SealBrokenError when the key that it is sealed with is not configured.
        """
        row = self.outbox.find_by_reference(reference.strip().upper())
        if row is None or row["endpoint"] != self.decisions.endpoint:
            return None
        if row["state"] != State.UNDECIDED.value:
            return State(row["state"])
        payload = self.sealer.open(row["payload"])
        point = Point(*payload["point"])
        since = row["last_attempt_at"] - LOOK_BACK
        with self.database.read() as connection:
            now = self.database.now(connection)
            api = Api.of(row["api"])
            type_is_seen = self.seen[api].is_seen(connection, row["service_code"])
        if api is Api.APIV2:
            address = f"{self.apiv2_root}/issues?search={row['reference']}"
        else:
            address = self.gateway.list_address(row["service_code"], point, since, now)
        return Case(
            id=row["id"],
            reference=Reference(row["reference"]),
            service_code=row["service_code"],
            request_type=payload["public"]["request_type"],
            type_is_seen=type_is_seen,
            address=payload["public"]["address"],
            point=point,
            saved_at=row["saved_at"],
            attempts=row["attempts"],
            last_attempt_at=row["last_attempt_at"],
            look_ups=row["look_ups"],
            since=since,
            list_url=urljoin(self.site, address),
            service_request_token=row["service_request_token"] or "",
            api=api,
        )

    def holder(self, number: str) -> str | None:
        """Return the reference of another delivery of ours that has this number."""
        return self.decisions.holder(number)

    def record(self, case: Case, number: str) -> Record:
        """Look what the city shows under this number, by one call within the budget."""
        try:
            issue = self._issue(case.api, number)
        except UpstreamError:
            return Record.UNREAD
        if issue is None:
            return Record.NOT_SHOWN
        ours = case.reference.stands_in(issue.description)
        return Record.OURS if ours else Record.ANOTHERS

    def _issue(self, api: Api, number: str) -> Issue | None:
        if api is not Api.APIV2:
            return self.gateway.issue(number, Share.LIST)
        found = self.apiv2.issue(number)
        return found.issue if found else None

    def decide(self, case: Case, number: str | None, by: str) -> bool:
        """Accept it under the city's number, or queue it again (None); False if it was decided meanwhile."""
        return self.decisions.decide(case.id, number, by)
