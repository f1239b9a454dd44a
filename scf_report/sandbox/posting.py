"""Taking a new report (upstream.md 1.5): what is refused, what is stored, what is answered."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scf_report.sandbox import reading
from scf_report.sandbox.answers import Answer, field_refusal, refusal
from scf_report.sandbox.cities import find_service
from scf_report.sandbox.geometry import LatLong
from scf_report.sandbox.photos import Photo, keep_photo, read_photo
from scf_report.sandbox.records import Record, insert, is_duplicate
from scf_report.sandbox.services import City, Service
from scf_report.sandbox.store import Store

LONGEST_DESCRIPTION = 4_000
"""Characters (GeoReport v2, POST Service Request)."""
BLANK = "can't be blank"


@dataclass(frozen=True, slots=True)
class Form:
    """A posted form: its fields in order, and the photo's bytes if there is one."""

    fields: tuple[tuple[str, str], ...]
    media: bytes = b""

    def values(self) -> dict[str, str]:
        """Return the first value of each field without spaces around it."""
        return {name: value.strip() for name, value in reversed(self.fields)}


def take_report(
    store: Store, form: Form, within: City | None, *, switches: Mapping[str, str], now: float
) -> Answer:
    """Check a report and store it, all or nothing. Raises RefusedError."""
    values = form.values()
    if switches["api_key"] and values.get("api_key") != switches["api_key"]:
        raise refusal(403, "Invalid api_key received -- can't proceed with create_request.")
    service, city = _service(values, within)
    place = reading.required_point(values)
    answers, problems = reading.answers(form.fields, service)
    photo = read_photo(form.media)
    errors = _field_errors(values, switches) | _attribute_errors(problems, service, switches)
    if not service.for_guests:
        errors.setdefault("base", []).append("Reports of this type need an account.")
    if form.media and photo is None:
        errors["media"] = ["must be a PNG, JPEG or GIF picture of at most 20 MB"]
    if city is not None and not city.covers(*place):
        errors.setdefault("base", []).append(
            "Issue is not within the boundary of the request type."
        )
    if errors:
        raise field_refusal(errors)
    record = _record(values, (service, city), place, switches, now)
    return _store(store, replace(record, answers=answers, fields=form.fields), photo, switches)


def _service(values: Mapping[str, str], within: City | None) -> tuple[Service, City | None]:
    code = values.get("service_code")
    if not code:
        raise refusal(400, "service_code can't be blank")
    found = find_service(code, within)
    if found is None:
        raise refusal(404, "service_code was not found")
    return found


def _field_errors(
    values: Mapping[str, str], switches: Mapping[str, str]
) -> dict[str, list[str]]:
    needed = ["description", *filter(None, switches["required_contact"].split(","))]
    errors = {name: [BLANK] for name in needed if not values.get(name)}
    if len(values.get("description", "")) > LONGEST_DESCRIPTION:
        errors["description"] = [f"is too long (maximum is {LONGEST_DESCRIPTION} characters)"]
    return errors


def _attribute_errors(
    problems: Mapping[str, str], service: Service, switches: Mapping[str, str]
) -> dict[str, list[str]]:
    if switches["attribute_errors"] == "code":
        return {code: [problem] for code, problem in problems.items()}
    asked = service.numbered()
    named = [
        f"{asked[code].description if code in asked else code} {problem}"
        for code, problem in problems.items()
    ]
    return {"base": named} if named else {}


def _record(
    values: Mapping[str, str],
    found: tuple[Service, City | None],
    place: LatLong,
    switches: Mapping[str, str],
    now: float,
) -> Record:
    service, city = found
    batch = service.type == "batch"
    numbered_at = now + float(switches["token_seconds"]) if batch else now
    sent_url = values.get("media_url", "")
    return Record(
        organization_id=city.id if city else None,
        service_code=service.code,
        description=values["description"],
        lat=place[0],
        long=place[1],
        address=values.get("address_string") or None,
        requested=now,
        updated=now,
        hidden="private" if service.private else "moderated" if service.moderated else "",
        listed_from=max(now + float(switches["search_lag"]), numbered_at),
        numbered_at=numbered_at,
        token=secrets.token_hex(8) if batch else None,
        media_url=sent_url if sent_url.startswith(("http://", "https://")) else None,
        answers={},
    )


def _store(
    store: Store, record: Record, photo: Photo | None, switches: Mapping[str, str]
) -> Answer:
    with store.writing() as db:
        if is_duplicate(db, record):
            raise field_refusal({"duplicate": ["This issue has already been reported."]})
        if photo is not None:
            record = replace(record, media_url=keep_photo(db, photo))
        number = insert(db, record)
    if record.hidden == "moderated" and switches["moderated_id"] == "hidden":
        return Answer("service_requests", {"metadata": {"moderated": True}}, 202)
    return _accepted(record, number, switches)


def _accepted(record: Record, number: int, switches: Mapping[str, str]) -> Answer:
    found = find_service(str(record.service_code), None)
    identity: dict[str, Any] = {"service_request_id": number}
    if record.token is not None:
        identity = {"token": record.token}
    elif switches["post_body"] == "empty":
        identity = {"service_request_id": None}
    listed = [
        identity | {"service_notice": found[0].notice if found else None, "account_id": None}
    ]
    body = (
        {"id": number} if switches["post_body"] == "object" and record.token is None else listed
    )
    return Answer("service_requests", body, int(switches["post_status"]), listed)
