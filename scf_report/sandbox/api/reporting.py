"""Taking a new issue from somebody with an account (upstream.md 2.2)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scf_report.sandbox import records
from scf_report.sandbox.api import bodies
from scf_report.sandbox.api.answers import HELD, Answer, field_refusal
from scf_report.sandbox.api.calls import Call, Sent, as_text
from scf_report.sandbox.api.request_types import find, point
from scf_report.sandbox.geometry import LatLong
from scf_report.sandbox.photos import Photo, keep_photo, read_photo
from scf_report.sandbox.reading import answer_problem
from scf_report.sandbox.services import City, Service

BLANK = "can't be blank"
OUTSIDE = "Point Issue is not within boundary of associated request type."
IMAGE, SUMMARY, DESCRIPTION = "issue_image", "summary", "description"
NOT_A_PICTURE = "must be a PNG, JPEG or GIF picture of at most 20 MB"
Errors = dict[str, list[str]]


def create(call: Call) -> Answer:
    """Answer ``POST issues``: 201 with the issue, 202 where it is held for review."""
    person, sent = call.member(), call.sent
    found = find(sent.text("request_type_id"))
    if found is None:
        problem = "is invalid" if sent.text("request_type_id") else BLANK
        raise field_refusal({"request_type_id": [f"Request type {problem}"]})
    service, city = found
    given = {key: [as_text(value) for value in values] for key, values in sent.answers.items()}
    place = point({"lat": sent.text("lat"), "lng": sent.text("lng")})
    photo = read_photo(sent.files.get(IMAGE, b""))
    errors = _place_errors(sent, service, city, place)
    errors |= _answer_errors(given, service, by_key=call.switches["question_errors"] == "key")
    errors |= _rule_errors(sent, service)
    if IMAGE in sent.files and photo is None:
        errors[IMAGE] = [f"Issue image {NOT_A_PICTURE}"]
    if errors:
        raise field_refusal(errors)
    if place is None:
        place = city.middle() if city else (0.0, 0.0)
    record = _record(call, (service, city), place, given)
    return _store(call, replace(record, reporter=person.id), photo)


def _place_errors(
    sent: Sent, service: Service, city: City | None, place: LatLong | None
) -> Errors:
    errors: Errors = {}
    if service.placed:
        for name in ("address", "lat", "lng"):
            if not sent.text(name):
                errors[name] = [f"{name.capitalize()} {BLANK}"]
        if place is None:
            errors["point"] = [f"Point {BLANK}"]
    if city is not None and (not city.covers(*place) if place is not None else service.placed):
        errors.setdefault("point", []).append(OUTSIDE)
    return errors


def _answer_errors(given: Mapping[str, list[str]], service: Service, *, by_key: bool) -> Errors:
    errors: Errors = {}
    if not "".join(given.get(SUMMARY, [])).strip():
        errors[SUMMARY] = [f"Summary {BLANK}"]
    for code, attribute in service.numbered().items():
        if not attribute.variable:
            continue
        values = [value for value in given.get(code, []) if value.strip()]
        problem = answer_problem(attribute, values)
        if problem:
            name = code if by_key else attribute.description
            errors[name] = [f"{attribute.description} {problem}"]
    return errors


def _rule_errors(sent: Sent, service: Service) -> Errors:
    if service.blocked:
        return {"base": ["This request type does not take reports."]}
    if _anonymous(sent) and not service.nameless:
        return {"anonymize_reporter": ["Anonymize reporter is not permitted here"]}
    return {}


def _anonymous(sent: Sent) -> bool:
    return sent.text("anonymize_reporter").lower() in ("true", "1")


def _record(
    call: Call,
    found: tuple[Service, City | None],
    place: LatLong,
    given: Mapping[str, list[str]],
) -> records.Record:
    service, city = found
    summary = "".join(given[SUMMARY]).strip()
    asked = {code: each for code, each in service.numbered().items() if each.variable}
    answers: dict[str, Any] = {
        code: values if asked[code].datatype == "multivaluelist" else values[0]
        for code, values in given.items()
        if code in asked and "".join(values).strip()
    }
    return records.Record(
        organization_id=city.id if city else None,
        service_code=service.code,
        description="".join(given.get(DESCRIPTION, [])).strip(),
        lat=place[0],
        long=place[1],
        address=call.sent.text("address") or None,
        requested=call.now,
        updated=call.now,
        hidden="private" if service.private else "moderated" if service.moderated else "",
        listed_from=call.now + float(call.switches["search_lag"]),
        numbered_at=call.now,
        answers=answers,
        fields=call.sent.fields,
        summary=summary,
        anonymous=_anonymous(call.sent),
    )


def _store(call: Call, record: records.Record, photo: Photo | None) -> Answer:
    refuses = call.switches["api_duplicates"] == "refused"
    if refuses and records.is_duplicate(call.db, record):
        raise field_refusal({"duplicate": ["This issue has already been reported."]})
    if photo is not None:
        record = replace(record, media_url=keep_photo(call.db, photo))
    number = records.insert(call.db, record)
    if record.hidden == "moderated":
        return HELD
    body = bodies.issue(replace(record, id=number), call)
    return Answer(body, 201, {"Location": body["html_url"]})
