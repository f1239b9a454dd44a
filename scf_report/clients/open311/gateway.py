"""Open311 in the application's own words: what can be reported, sending it, and what became of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from scf_report.clients.deadline import InTime, always
from scf_report.clients.errors import RefusedError, UpstreamError
from scf_report.clients.open311.client import Open311Client, RequestsQuery
from scf_report.clients.open311.discovery import Discovery
from scf_report.clients.open311.encode import Fields, encode_report
from scf_report.clients.open311.lookup import look_up
from scf_report.clients.open311.requests import Posted
from scf_report.clients.outcomes import no_for_reasons, outcome_of
from scf_report.clients.transport import MediaFile
from scf_report.clients.validators import Validators
from scf_report.domain.delivery import (
    Accepted,
    AwaitingId,
    Deferred,
    LookUp,
    Moderated,
    Outcome,
    Share,
    Unnumbered,
)
from scf_report.domain.geography import Point
from scf_report.domain.issue import Issue
from scf_report.domain.report import Reference, Report
from scf_report.domain.report_form import ReportForm, RequestType

CLOCKS_DIFFER = timedelta(hours=1)
"""How far an upstream's clock may be ahead (design section 6: ± 1 h)."""


class Open311Gateway:
    """One Open311 endpoint. Reads raise ``UpstreamError``; sending always ends in an ``Outcome``."""

    def __init__(self, client: Open311Client) -> None:
        self._client = client

    @property
    def by_place(self) -> bool:
        """What can be reported depends on the place; else one organization is in charge."""
        return self._client.by_place

    def discovery(self) -> Discovery:
        """Ask what the server says of itself."""
        return self._client.discovery()

    def request_types(
        self, point: Point | None, known: Validators | None = None
    ) -> tuple[RequestType, ...]:
        """Say what can be reported at the point; empty where nobody is in charge.

        None will do unless the answer is ``by_place``. On the aggregate endpoint a lone, generic
        service is what SeeClickFix answers outside of every organization's area (upstream.md 1.2).
        With ``known`` it raises UnchangedError for what is still the same.
        """
        types = self._client.services(point, known=known)
        return () if self._client.by_place and len(types) <= 1 else types

    def is_up(self, point: Point) -> bool:
        """Tell whether the upstream answers at all, asked before a report is risked; a refusal is an answer."""
        try:
            self._client.services(point, Share.DELIVERY)
        except RefusedError as error:
            return error.http_status != 429
        except UpstreamError:
            return False
        return True

    def report_form(
        self, request_type: RequestType, point: Point, known: Validators | None = None
    ) -> ReportForm:
        """Fetch the questions of a request type; asks nobody when it has none. ``known`` as above."""
        if not request_type.has_questions:
            return ReportForm(request_type)
        questions = self._client.definition(request_type.code, point, known)
        return ReportForm(request_type, questions)

    def prepare(self, report: Report) -> Fields:
        """Give the fields that will be sent, word for word."""
        return encode_report(report)

    def send(
        self, fields: Fields, photo: MediaFile | None, in_time: InTime = always
    ) -> Outcome:
        """POST a report once.

        ``in_time`` is asked when the report itself is about to leave; if it says no, nothing is sent.
        """
        try:
            posted = self._client.post(fields, photo, in_time)
        except UpstreamError as error:
            return outcome_of(error, _refused)
        return _posted(posted)

    def look_up(
        self,
        reference: Reference,
        service_code: str,
        point: Point,
        since: datetime,
        until: datetime,
    ) -> LookUp:
        """Search the public list for a report of ours whose POST has no known outcome.

        Type, place and times (aware) only choose what is read; the reference alone decides. An
        upstream whose clock is ahead of ours dates a report later than ``until``: it is read, too.
        """

        def page(number: int) -> tuple[Issue, ...]:
            end = until + CLOCKS_DIFFER
            query = RequestsQuery(service_code, since, end, point, page=number)
            return self._client.requests(query, Share.DELIVERY)

        return look_up(page, reference, since)

    def list_address(
        self, service_code: str, point: Point, since: datetime, until: datetime
    ) -> str:
        """Give the address of the list that :meth:`look_up` reads, for a person to open."""
        return self._client.requests_address(RequestsQuery(service_code, since, until, point))

    def poll_token(self, service_request_token: str) -> Accepted | None:
        """Exchange a service request token for the number; None while there is none yet.

        Servers say "not yet" by 400, 404 or an empty number (upstream.md 4.1, row 17).
        """
        try:
            posted = self._client.token(service_request_token)
        except RefusedError as error:
            if error.http_status in {400, 404}:
                return None
            raise
        if not posted.service_request_id:
            return None
        return Accepted(posted.service_request_id, posted.notice)

    def issue(self, upstream_id: str, share: Share = Share.LIST) -> Issue | None:
        """Read one public record; None when the upstream knows no such number."""
        try:
            found = self._client.request(upstream_id, share)
        except RefusedError as error:
            if error.http_status == 404:
                return None
            raise
        return next((issue for issue in found if issue.upstream_id == upstream_id), None)

    def issues(
        self, upstream_ids: Sequence[str], share: Share = Share.BACKGROUND
    ) -> tuple[Issue, ...]:
        """Read several public records in one call, at most ``PAGE_LENGTH``; unknown numbers are left out."""
        found = self._client.requests(RequestsQuery(ids=tuple(upstream_ids)), share)
        return tuple(issue for issue in found if issue.upstream_id in upstream_ids)


def _posted(posted: Posted) -> Outcome:
    if posted.service_request_id:
        return Accepted(posted.service_request_id, posted.notice)
    if posted.service_request_token:
        return AwaitingId(posted.service_request_token, posted.notice)
    if posted.moderated:
        return Moderated(posted.notice)
    return Unnumbered(posted.notice)


def _refused(error: RefusedError) -> Outcome:
    if error.http_status in {401, 403}:
        # The standard has 403 for a missing or bad api_key alone, Klarschiff says 401: the
        # operator's matter and nothing that the resident could mend (upstream.md 1.5). Judged by
        # the status, since messages may be translated.
        return Deferred(f"http_{error.http_status}", alarm=True)
    return no_for_reasons(error)
