"""GeoReport v2 as SeeClickFix serves it: the aggregate endpoint and one for each organization."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, request

from scf_report.sandbox import reading, records
from scf_report.sandbox.answers import (
    Answer,
    RefusedError,
    refusal,
    request_list,
    service_definition,
    service_list,
)
from scf_report.sandbox.cities import CITIES, find_service, services_at
from scf_report.sandbox.geometry import box
from scf_report.sandbox.posting import Form, take_report
from scf_report.sandbox.services import City
from scf_report.sandbox.store import Store
from scf_report.sandbox.switchboard import Switchboard

BOX_HALF_M = 375
"""Half the width of the box that ``lat`` and ``long`` of a list ask for (upstream.md 1.4)."""
PAGE_LENGTH, LONGEST_PAGE = 50, 100
CHANGESET = "2026-11-01T00:00:00-04:00"
"""When the services last changed, as discovery says it."""


@dataclass(frozen=True, slots=True)
class Open311:
    """The calls; each takes the organization whose endpoint is asked, None on the aggregate one."""

    store: Store
    switchboard: Switchboard
    now: Callable[[], float]
    root_url: Callable[[], str]

    def blueprint(self) -> Blueprint:
        """Make the routes, each with and without an organization."""
        routes = Blueprint("open311", __name__, url_prefix="/open311/v2")
        for method, rule, view in (
            ("GET", "/discovery", self.discovery),
            ("GET", "/services", self.services),
            ("GET", "/services/<code>", self.definition),
            ("GET", "/requests", self.requests),
            ("POST", "/requests", self.create),
            ("GET", "/requests/<int(max=999999999):number>", self.request),
            ("GET", "/tokens/<token>", self.token),
        ):
            for prefix in ("", "/<int:organization_id>"):
                routes.add_url_rule(
                    f"{prefix}{rule}.<any(json, xml):form>",
                    endpoint=f"{view.__name__}{'_here' if prefix else ''}",
                    view_func=_written(view),
                    methods=[method],
                )
        return routes

    def discovery(self, within: City | None) -> Answer:
        """Say where the endpoint is and what it speaks (GeoReport v2, Service Discovery)."""
        path = f"/open311/v2/{within.id}" if within else "/open311/v2"
        endpoint = {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": self.root_url() + path,
            "changeset": CHANGESET,
            "type": "test",
            "formats": ["text/xml", "application/json"],
        }
        body = {
            "changeset": CHANGESET,
            "contact": "This is a sandbox; nobody reads what is reported here.",
            "key_service": "No key is needed unless the switch api_key asks for one.",
            "endpoints": [endpoint],
        }
        return Answer("discovery", body)

    def services(self, within: City | None) -> Answer:
        """List an organization's services, or on the aggregate endpoint those at a point."""
        if within:
            found = within.services
        else:
            found = services_at(*reading.required_point(request.args))
        everything = self.switchboard.state()["open311_types"] == "all"
        return service_list(each for each in found if everything or each.for_guests)

    def definition(self, within: City | None, code: str) -> Answer:
        """Say what one service asks."""
        found = find_service(code, within)
        if found is None:
            raise refusal(404, "service_code was not found")
        return service_definition(found[0])

    def requests(self, within: City | None) -> Answer:
        """List public reports, newest first."""
        query = self._query(within)
        with self.store.reading() as db:
            return self._answer(records.listed(db, query))

    def request(self, within: City | None, number: int) -> Answer:
        """Answer one public report as a list of one."""
        with self.store.reading() as db:
            record = records.public(db, number, self.now())
        if record is None or (within and record.organization_id != within.id):
            raise refusal(404, "service_request_id was not found")
        return self._answer([record])

    def token(self, within: City | None, token: str) -> Answer:
        """Exchange a batch service's token for its number, once there is one."""
        with self.store.reading() as db:
            record = records.by_token(db, token)
        pending = self.switchboard.state()["token_pending"]
        waiting = record is not None and record.numbered_at > self.now()
        foreign = (
            record is not None and within is not None and record.organization_id != within.id
        )
        if record is None or foreign or (waiting and pending == "missing"):
            raise refusal(404, "token was not found")
        if waiting:
            return Answer("service_requests", [{"token": token}] if pending == "token" else [])
        return Answer("service_requests", [{"service_request_id": record.id, "token": token}])

    def create(self, within: City | None) -> Answer:
        """Take a new report."""
        media = request.files.get("media")
        form = Form(
            tuple((name, value) for name, value in request.form.items(multi=True)),
            media.read() if media else b"",
        )
        state = self.switchboard.state()
        return take_report(self.store, form, within, switches=state, now=self.now())

    def _query(self, within: City | None) -> records.Query:
        args = request.args
        now, ids = self.now(), reading.words(args, "service_request_id")
        organization_id = within.id if within else None
        if ids:
            return records.Query(
                now=now, organization_id=organization_id, ids=ids, length=LONGEST_PAGE
            )
        if not within and args.get("organization_id"):
            organization_id = reading.whole(args, "organization_id", 1)
        length = self._page_length()
        south, north, west, east = _box()
        return records.Query(
            now=now,
            organization_id=organization_id,
            codes=reading.words(args, "service_code"),
            statuses=reading.words(args, "status"),
            south=south,
            north=north,
            west=west,
            east=east,
            start=reading.time(args, "start_date"),
            end=reading.time(args, "end_date"),
            length=length,
            skip=(reading.whole(args, "page", 1) - 1) * length,
        )

    def _page_length(self) -> int:
        known = self.switchboard.state()["page_length"]
        length = PAGE_LENGTH
        for name in ("per_page", "page_size"):
            if known in ("both", name):
                length = reading.whole(request.args, name, length)
        return min(length, LONGEST_PAGE)

    def _answer(self, found: list[records.Record]) -> Answer:
        extensions = request.args.get("extensions") == "true"
        return request_list(found, self.root_url(), extensions=extensions)


def _box() -> tuple[float, float, float, float] | tuple[None, None, None, None]:
    place = reading.point(request.args)
    return box(*place, BOX_HALF_M) if place else (None, None, None, None)


def _written(view: Callable[..., Answer]) -> Callable[..., Response]:
    """Make a Flask view of a call: find the organization, write the answer in the asked form."""

    def written(form: str, organization_id: int | None = None, **arguments: object) -> Response:
        try:
            if organization_id is not None and organization_id not in CITIES:
                raise refusal(404, "organization was not found")
            within = None if organization_id is None else CITIES[organization_id]
            answer = view(within, **arguments)
        except RefusedError as refused:
            answer = refused.answer
        return answer.response(form)

    return written
