"""SeeClickFix APIv2, call by call: typed parameters out, typed values back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import quote

from scf_report.clients.deadline import InTime, TimeLimit, always
from scf_report.clients.errors import BlockedError, BrokenError, RefusedError
from scf_report.clients.open311.document import UnreadableError
from scf_report.clients.open311.encode import Fields
from scf_report.clients.seeclickfix import actions, posting
from scf_report.clients.seeclickfix.issues import IssuePage, read_issue, read_issues
from scf_report.clients.seeclickfix.people import read_person
from scf_report.clients.seeclickfix.places import read_place, read_places
from scf_report.clients.seeclickfix.posting import Posted, read_posted
from scf_report.clients.seeclickfix.refusals import read_refusal
from scf_report.clients.seeclickfix.request_types import read_form, read_request_types
from scf_report.clients.transport import Answer, MediaFile, Transport
from scf_report.clients.validators import Validators
from scf_report.domain.conversation import Action, Conversation, Declined, Done, HeldForReview
from scf_report.domain.delivery import TOTAL_DEADLINE, Share
from scf_report.domain.geography import Box, Place, Point
from scf_report.domain.issue import IssueStatus
from scf_report.domain.person import Person
from scf_report.domain.report_form import ReportForm, RequestType

PAGE_LENGTH = 100
"""Issues asked for at a time: the most that is documented; fewer may come."""
ACTING = TimeLimit(30.0)
"""What an action may take in all, with a photo that was made small before."""
EVERY_STATUS = (
    IssueStatus.OPEN,
    IssueStatus.ACKNOWLEDGED,
    IssueStatus.CLOSED,
    IssueStatus.ARCHIVED,
)
_IN_A_LIST = (
    "id,status,summary,description,lat,lng,address,created_at,updated_at,acknowledged_at,"
    "closed_at,reopened_at,html_url,private_visibility,request_type,media"
)
"""``fields[issue]``, undocumented and recorded [F]: spares reporters and addresses."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class IssuesQuery:
    """Which issues to list, newest first. A box is needed: a point alone filters nothing [F].

    ``search`` is for words; ``statuses`` holds no UNKNOWN; times are aware.
    """

    box: Box
    search: str = ""
    statuses: tuple[IssueStatus, ...] = EVERY_STATUS
    type_code: str = ""
    since: datetime | None = None
    until: datetime | None = None
    page: int = 1


class SeeClickFixClient:
    """The calls of one endpoint; safe to use from many threads.

    A token of None makes a call as anybody. Every method raises ``UpstreamError``s only, and those
    with ``known`` also UnchangedError for what is still the same.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def request_types(
        self, point: Point, access_token: str | None, known: Validators | None = None
    ) -> tuple[RequestType, ...]:
        """GET issues/new."""
        door = self._transport.bearing(access_token)
        return _read(door.get("/issues/new", _at(point), Share.FORM, known), read_request_types)

    def report_form(
        self,
        request_type: RequestType,
        access_token: str | None,
        known: Validators | None = None,
    ) -> ReportForm:
        """GET request_types/{id}."""
        path = f"/request_types/{quote(request_type.code, safe='')}"
        answer = self._transport.bearing(access_token).get(path, (), Share.FORM, known)
        return _read(answer, lambda answer: read_form(answer, request_type))

    def issues(self, query: IssuesQuery, access_token: str | None, share: Share) -> IssuePage:
        """GET issues: one page of the list."""
        door = self._transport.bearing(access_token)
        return _read(door.get("/issues", _list(query), share), read_issues)

    def own_issues(self, page: int, access_token: str, share: Share) -> IssuePage:
        """GET profile/issues: one page of the person's own reports, private ones too [C MH]."""
        params = (("page", str(page)), ("per_page", str(PAGE_LENGTH)))
        door = self._transport.bearing(access_token)
        return _read(door.get("/profile/issues", params, share), read_issues)

    def issue(self, issue_id: str, access_token: str | None, share: Share) -> Conversation:
        """GET issues/{id} with details."""
        path = f"/issues/{quote(issue_id, safe='')}"
        door = self._transport.bearing(access_token)
        return _read(door.get(path, (("details", "true"),), share), read_issue)

    def place(self, place_id: str) -> Place:
        """GET places/{id}."""
        path = f"/places/{quote(place_id, safe='')}"
        return _read(self._transport.get(path, (), Share.FORM), read_place)

    def places(self, point: Point) -> tuple[Place, ...]:
        """GET places: those around a point, nearest first."""
        return _read(self._transport.get("/places", _at(point), Share.FORM), read_places)

    def profile(self, access_token: str) -> Person | None:
        """GET profile; None when the token is not good."""
        door = self._transport.bearing(access_token)
        return _read(door.get("/profile", (), Share.SIGNED_IN), read_person)

    def post(
        self,
        fields: Fields,
        photo: MediaFile | None,
        access_token: str,
        in_time: InTime = always,
    ) -> Posted:
        """POST issues, once, in at most TOTAL_DEADLINE; the call has been paid for by its claim."""
        answer = self._transport.bearing(access_token).post(
            "/issues",
            fields,
            replace(photo, part=posting.PHOTO_PART) if photo else None,
            limit=TimeLimit(TOTAL_DEADLINE.total_seconds(), in_time),
            share=None,
        )
        return _read(answer, read_posted)

    def act(
        self,
        action: Action,
        issue_id: str,
        access_token: str,
        words: str = "",
        photo: MediaFile | None = None,
    ) -> Done | HeldForReview | Declined:
        """POST or DELETE issues/{id}/{action}. Only what is also a comment takes a photo."""
        path = f"/issues/{quote(issue_id, safe='')}/{actions.last_word(action)}"
        door = self._transport.bearing(access_token)
        if actions.takes_back(action):
            answer = door.delete(path, limit=ACTING, share=Share.SIGNED_IN)
        else:
            file = replace(photo, part=actions.PHOTO_PART) if photo else None
            fields = actions.fields(action, words)
            answer = door.post(path, fields, file, limit=ACTING, share=Share.SIGNED_IN)
        return _read(answer, actions.read_done)

    def flag_comment(
        self, comment_id: str, access_token: str, words: str
    ) -> Done | HeldForReview | Declined:
        """POST comments/{id}/flag."""
        path = f"/comments/{quote(comment_id, safe='')}/flag"
        fields = actions.fields(Action.FLAG, words)
        door = self._transport.bearing(access_token)
        answer = door.post(path, fields, None, limit=ACTING, share=Share.SIGNED_IN)
        return _read(answer, actions.read_done)


def _read(answer: Answer, read: Callable[[Answer], T]) -> T:
    if answer.status >= 400:
        refused = read_refusal(answer.body)
        kind = BlockedError if answer.status == 403 and refused.general else RefusedError
        raise kind(
            answer.evidence(), answer.status, refused.reasons, duplicate=refused.duplicate
        )
    try:
        return read(answer)
    except UnreadableError as error:
        raise BrokenError(answer.evidence(), answer.status) from error


def _at(point: Point) -> Fields:
    return (("lat", f"{point.latitude:.6f}"), ("lng", f"{point.longitude:.6f}"))


def _list(query: IssuesQuery) -> Fields:
    given = (
        ("min_lat", f"{query.box.south:.6f}"),
        ("max_lat", f"{query.box.north:.6f}"),
        ("min_lng", f"{query.box.west:.6f}"),
        ("max_lng", f"{query.box.east:.6f}"),
        ("status", ",".join(status.value for status in query.statuses)),
        ("search", query.search),
        # The community's own type has a word for a number; lists are not filtered by it.
        ("request_types", query.type_code if query.type_code.isdecimal() else ""),
        ("after", _instant(query.since)),
        ("before", _instant(query.until)),
        ("sort", "created_at"),
        ("page", str(query.page)),
        ("per_page", str(PAGE_LENGTH)),
        ("fields[issue]", _IN_A_LIST),
    )
    return tuple((name, value) for name, value in given if value)


def _instant(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""
