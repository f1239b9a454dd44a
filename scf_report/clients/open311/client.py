"""GeoReport v2, call by call: typed parameters out, typed values back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import quote, urlencode

from scf_report.clients.deadline import InTime, TimeLimit, always
from scf_report.clients.errors import BrokenError, RefusedError
from scf_report.clients.open311.discovery import Discovery, read_discovery
from scf_report.clients.open311.document import UnreadableError
from scf_report.clients.open311.encode import Fields
from scf_report.clients.open311.refusals import read_refusal
from scf_report.clients.open311.requests import Posted, read_posted, read_requests
from scf_report.clients.open311.services import read_definition, read_services
from scf_report.clients.transport import Answer, MediaFile, Transport
from scf_report.clients.validators import Validators
from scf_report.domain.delivery import TOTAL_DEADLINE, Share
from scf_report.domain.endpoint import Endpoint
from scf_report.domain.geography import Point
from scf_report.domain.issue import Issue
from scf_report.domain.report_form import Question, RequestType

PAGE_LENGTH = 100
"""Service requests asked for at a time."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RequestsQuery:
    """Which service requests to list. ``ids`` overrides everything else upstream (upstream.md 1.4).

    ``point`` is the middle of a box of about 750 m on SeeClickFix's aggregate endpoint.
    """

    service_code: str = ""
    since: datetime | None = None
    until: datetime | None = None
    point: Point | None = None
    ids: tuple[str, ...] = ()
    page: int = 1


class Open311Client:
    """The calls of one endpoint; safe to use from many threads.

    Asks in the endpoint's format, and in XML from then on when the very first answers in JSON are
    unusable: XML alone is mandatory in the standard (row 22). A server whose JSON has been read
    once is not left for a passing error page, since SeeClickFix's XML may say less than its JSON.
    Every method raises ``UpstreamError``s only.
    """

    def __init__(
        self, transport: Transport, endpoint: Endpoint, api_key: str | None = None
    ) -> None:
        self._transport = transport
        self._endpoint = endpoint
        self._api_key = api_key
        self._format = endpoint.dialect.format
        self._settled = self._format == "xml"

    @property
    def by_place(self) -> bool:
        """The endpoint is SeeClickFix's aggregate of all organizations and has to be told where."""
        return not (self._endpoint.organization_id or self._endpoint.dialect.jurisdiction_id)

    def discovery(self) -> Discovery:
        """GET discovery."""
        return self._get("/discovery", (), Share.BACKGROUND, read_discovery)

    def services(
        self,
        point: Point | None,
        share: Share = Share.FORM,
        known: Validators | None = None,
    ) -> tuple[RequestType, ...]:
        """GET services; the point matters on the aggregate endpoint only.

        With ``known`` it raises UnchangedError for what is still the same.
        """
        return self._get("/services", self._place(point), share, read_services, known)

    def definition(
        self, service_code: str, point: Point | None, known: Validators | None = None
    ) -> tuple[Question, ...]:
        """GET services/{service_code}; ``known`` as for services."""
        path = f"/services/{_segment(service_code)}"
        return self._get(path, self._place(point), Share.FORM, read_definition, known)

    def requests(self, query: RequestsQuery, share: Share) -> tuple[Issue, ...]:
        """GET requests: one page of the list, an empty one after its end."""
        return self._get(
            "/requests", (*self._place(query.point), *_list(query)), share, read_requests
        )

    def requests_address(self, query: RequestsQuery) -> str:
        """Give the address of such a list for a person to open; it asks nobody.

        Relative to this site where the endpoint is the embedded sandbox.
        """
        params = (*self._jurisdiction(), *self._place(query.point), *_list(query))
        root = self._endpoint.public_root or self._endpoint.open311_root
        return f"{root}/requests.{self._format}?{urlencode(params)}"

    def request(self, upstream_id: str, share: Share) -> tuple[Issue, ...]:
        """GET requests/{service_request_id}, which is a list of one."""
        return self._get(f"/requests/{_segment(upstream_id)}", (), share, read_requests)

    def token(self, service_request_token: str) -> Posted:
        """GET tokens/{token}: the number, once there is one."""
        path = f"/tokens/{_segment(service_request_token)}"
        return self._get(path, (), Share.DELIVERY, read_posted)

    def post(self, fields: Fields, photo: MediaFile | None, in_time: InTime = always) -> Posted:
        """POST requests, once, in at most TOTAL_DEADLINE; the call has been paid for by its claim."""
        secret = (("api_key", self._api_key),) if self._api_key else ()
        answer = self._transport.post(
            f"/requests.{self._format}",
            (*self._jurisdiction(), *secret, *fields),
            photo,
            limit=TimeLimit(TOTAL_DEADLINE.total_seconds(), in_time),
            share=None,
        )
        return _read(answer, read_posted)

    def _get(
        self,
        path: str,
        params: Fields,
        share: Share,
        read: Callable[[bytes], T],
        known: Validators | None = None,
    ) -> T:
        params = (*self._jurisdiction(), *params)
        try:
            answer = self._transport.get(f"{path}.{self._format}", params, share, known)
            value = _read(answer, read)
        except (BrokenError, RefusedError) as error:
            if self._settled or not _illegible(error):
                raise
            value = _read(self._transport.get(f"{path}.xml", params, share, known), read)
            self._format = "xml"
        self._settled = True
        return value

    def _jurisdiction(self) -> Fields:
        name = self._endpoint.dialect.jurisdiction_id
        return (("jurisdiction_id", name),) if name else ()

    def _place(self, point: Point | None) -> Fields:
        if point is None or not self.by_place:
            return ()
        return ("lat", f"{point.latitude:.6f}"), ("long", f"{point.longitude:.6f}")


def _read(answer: Answer, read: Callable[[bytes], T]) -> T:
    if answer.status >= 400:
        refused = read_refusal(answer.body)
        raise RefusedError(
            answer.evidence(), answer.status, refused.reasons, duplicate=refused.duplicate
        )
    try:
        return read(answer.body)
    except UnreadableError as error:
        raise BrokenError(answer.evidence(), answer.status) from error


def _illegible(error: BrokenError | RefusedError) -> bool:
    """Tell whether another format may help: the server answered, but not in what was asked for."""
    if isinstance(error, BrokenError):
        return error.http_status < 300
    return not error.reasons and error.http_status != 429


def _list(query: RequestsQuery) -> Fields:
    given = (
        ("service_request_id", ",".join(query.ids)),
        ("service_code", query.service_code),
        ("start_date", _instant(query.since)),
        ("end_date", _instant(query.until)),
        ("page", str(query.page)),
        # Both names are in use on SeeClickFix, and which of them works is not known (upstream.md 1.4).
        ("page_size", str(PAGE_LENGTH)),
        ("per_page", str(PAGE_LENGTH)),
    )
    return tuple((name, value) for name, value in given if value)


def _instant(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def _segment(word: str) -> str:
    """Encode for a path: codes have spaces and slashes in them (Accela, FixMyStreet; row 8)."""
    return quote(word, safe="")
