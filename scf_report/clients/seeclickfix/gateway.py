"""SeeClickFix APIv2 in the application's own words: reporting and taking part as oneself."""

from datetime import datetime, timedelta

from scf_report.clients.deadline import InTime, always
from scf_report.clients.errors import BlockedError, RefusedError, UpstreamError
from scf_report.clients.open311.encode import Fields
from scf_report.clients.outcomes import no_for_reasons, outcome_of
from scf_report.clients.seeclickfix.client import IssuesQuery, SeeClickFixClient
from scf_report.clients.seeclickfix.issues import IssuePage
from scf_report.clients.seeclickfix.lookup import Reading
from scf_report.clients.seeclickfix.posting import Posted, encode_report
from scf_report.clients.transport import MediaFile
from scf_report.clients.validators import Validators
from scf_report.domain.conversation import (
    Action,
    ActionResult,
    Conversation,
    Declined,
    Done,
    SignInAgain,
)
from scf_report.domain.delivery import (
    Accepted,
    Deferred,
    LookUp,
    Moderated,
    NeedsSignIn,
    Outcome,
    Share,
    Uncertain,
)
from scf_report.domain.geography import Box, Place, Point
from scf_report.domain.person import Person
from scf_report.domain.report import Reference, Report
from scf_report.domain.report_form import ReportForm, RequestType

CLOCKS_DIFFER = timedelta(hours=1)
"""How far an upstream's clock may be ahead (design section 6: ± 1 h)."""
NEAR = 0.01
"""Degrees (about 1 km) around a place in which a report of it is looked for."""


class SeeClickFixGateway:
    """One endpoint of APIv2. Reads and actions raise ``UpstreamError``; sending ends in an ``Outcome``."""

    def __init__(self, client: SeeClickFixClient) -> None:
        self._client = client

    def request_types(
        self, point: Point, access_token: str | None, known: Validators | None = None
    ) -> tuple[RequestType, ...]:
        """Say what can be reported at the point; empty where nobody is in charge.

        Some types are for certain people only. Everywhere there is one of no organization, for the
        neighbors to read (documented); alone it is nobody's. With ``known`` it raises
        UnchangedError for what is still the same.
        """
        types = self._client.request_types(point, access_token, known)
        return types if any(each.organization for each in types) else ()

    def report_form(
        self,
        request_type: RequestType,
        access_token: str | None,
        known: Validators | None = None,
    ) -> ReportForm:
        """Fetch the questions of a request type and its newest flags. ``known`` as above."""
        return self._client.report_form(request_type, access_token, known)

    def prepare(self, report: Report) -> Fields:
        """Give the fields that will be sent, word for word."""
        return encode_report(report)

    def send(
        self,
        fields: Fields,
        photo: MediaFile | None,
        access_token: str,
        in_time: InTime = always,
    ) -> Outcome:
        """POST a report once.

        ``in_time`` is asked when the report itself is about to leave; if it says no, nothing is sent.
        """
        try:
            posted = self._client.post(fields, photo, access_token, in_time)
        except UpstreamError as error:
            return outcome_of(error, _refused)
        return _posted(posted)

    def look_up(  # noqa: PLR0913, PLR0917  # as with Open311, and as whom
        self,
        reference: Reference,
        type_code: str,
        point: Point,
        since: datetime,
        until: datetime,
        access_token: str,
    ) -> LookUp:
        """Search for a report whose POST has no known outcome: in public, then among the person's own.

        The search may not show private issues, and how soon it shows new ones is not known. Type,
        place and times (aware) only choose what is read; the reference alone decides.
        """
        reading = Reading(reference)
        reading.read(
            lambda page: self._client.issues(
                IssuesQuery(
                    _around(point),
                    search=str(reference),
                    type_code=type_code,
                    since=since,
                    until=until + CLOCKS_DIFFER,
                    page=page,
                ),
                access_token,
                Share.DELIVERY,
            ),
            since,
        )
        if not reading.ours:
            reading.read(
                lambda page: self._client.own_issues(page, access_token, Share.DELIVERY), since
            )
        return reading.result()

    def issue(
        self, issue_id: str, access_token: str | None = None, share: Share = Share.LIST
    ) -> Conversation | None:
        """Read one issue with everything about it; None when this caller may know of no such one.

        Somebody who acts sees what has come of it: with a token the share is that of acts.
        """
        try:
            found = self._client.issue(
                issue_id, access_token, Share.SIGNED_IN if access_token else share
            )
        except RefusedError as error:
            if error.http_status == 404:
                return None
            raise
        return found if found.issue.upstream_id == issue_id else None

    def issues(self, query: IssuesQuery, access_token: str | None = None) -> IssuePage:
        """Read one page of a list."""
        return self._client.issues(query, access_token, Share.LIST)

    def own_issues(self, access_token: str, page: int = 1) -> IssuePage:
        """Read one page of what the person has reported, newest first as far as the upstream does so."""
        return self._client.own_issues(page, access_token, Share.LIST)

    def place(self, place_id: str) -> Place | None:
        """Read one area that the upstream knows by name; None when there is no such one."""
        try:
            return self._client.place(place_id)
        except RefusedError as error:
            if error.http_status == 404:
                return None
            raise

    def places(self, point: Point) -> tuple[Place, ...]:
        """List the areas around a point, nearest first."""
        return self._client.places(point)

    def profile(self, access_token: str) -> Person | None:
        """Say whose token it is; None when it is not good, which SeeClickFix says with 200."""
        try:
            return self._client.profile(access_token)
        except RefusedError as error:
            if error.http_status == 401:
                return None
            raise

    def act(
        self,
        action: Action,
        issue_id: str,
        access_token: str,
        text: str = "",
        photo: MediaFile | None = None,
    ) -> ActionResult:
        """Do it once.

        Raises ``UpstreamError`` where there was no clear answer, then it may or may not be done.
        """
        result: ActionResult
        try:
            result = self._client.act(action, issue_id, access_token, text, photo)
        except RefusedError as error:
            result = _declined(error)
        # A second follow is an error upstream; what the person wanted holds all the same.
        again = action is Action.FOLLOW and isinstance(result, Declined)
        return Done() if again and self._follows(issue_id, access_token) else result

    def flag_comment(self, comment_id: str, access_token: str, text: str = "") -> ActionResult:
        """Tell the organization that a comment is not right; it cannot be taken back."""
        try:
            return self._client.flag_comment(comment_id, access_token, text)
        except RefusedError as error:
            return _declined(error)

    def _follows(self, issue_id: str, access_token: str) -> bool:
        try:
            found = self.issue(issue_id, access_token)
        except UpstreamError:
            return False
        return found is not None and found.relation.following


def _around(point: Point) -> Box:
    return Box(
        south=max(point.latitude - NEAR, -90),
        west=max(point.longitude - NEAR, -180),
        north=min(point.latitude + NEAR, 90),
        east=min(point.longitude + NEAR, 180),
    )


def _posted(posted: Posted) -> Outcome:
    if posted.issue_id:
        return Accepted(posted.issue_id)
    return Moderated() if posted.moderated else Uncertain("no_number")


def _refused(error: RefusedError) -> Outcome:
    if error.http_status == 401:
        return NeedsSignIn()
    if isinstance(error, BlockedError) or (error.http_status == 403 and not error.reasons):
        return Deferred(
            f"http_{error.http_status}", alarm=True
        )  # nothing that the person could mend
    return no_for_reasons(error)


def _declined(error: RefusedError) -> Declined | SignInAgain:
    if error.http_status == 429:
        raise error
    if error.http_status == 401:
        return SignInAgain()
    return Declined(error.http_status, error.reasons)
