"""Request types: which there are at a place, and what each asks (upstream.md 2.2)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from scf_report.sandbox.api.answers import Answer, refusal
from scf_report.sandbox.api.calls import NOT_FOUND, Call
from scf_report.sandbox.cities import GENERIC, find_service, services_at
from scf_report.sandbox.geometry import LatLong
from scf_report.sandbox.reading import decimal
from scf_report.sandbox.services import Attribute, City, Service

DUPLICATES_WITHIN = 0.0008
"""Degrees on each side of the point in which possible duplicates are searched."""
OTHER = "other"
_TYPES = {
    "string": "text",
    "text": "textarea",
    "number": "number",
    "datetime": "datetime",
    "singlevaluelist": "select",
    "multivaluelist": "multivaluelist",
}


def at_place(call: Call) -> Answer:
    """Answer ``GET issues/new``."""
    place = point(call.args)
    if place is None:
        raise refusal(400, "Point missing from request.")
    return Answer(
        {"request_types": [_listed(each, place, call) for each in services_at(*place)]}
    )


def one(_call: Call, code: str) -> Answer:
    """Answer ``GET request_types/:id``."""
    found = find(code)
    if found is None:
        raise refusal(404, NOT_FOUND)
    service = found[0]
    body = {
        "id": None if code == OTHER else service.code,
        "title": service.name,
        "permit_guest_reporting": service.guests,
        "permit_anonymous_reporting": service.nameless,
        "questions": _questions(service),
        "private_visibility": service.private,
        "block_submission": service.blocked,
        "organization": service.organization,
    }
    return Answer(body)


def find(code: str) -> tuple[Service, City | None] | None:
    """Return the service that APIv2 calls by this id, and its organization; None if none."""
    return find_service(str(GENERIC.code) if code == OTHER else code, None)


def point(args: Mapping[str, str]) -> LatLong | None:
    """Read ``lat`` and ``lng``; None where they are no place on Earth."""
    lat, lng = decimal(args.get("lat", "")), decimal(args.get("lng", ""))
    if lat is None or lng is None or abs(lat) > 90 or abs(lng) > 180:
        return None
    return lat, lng


def _listed(service: Service, place: LatLong, call: Call) -> dict[str, Any]:
    generic = service is GENERIC
    code = OTHER if generic and call.switches["other_id"] == "word" else service.code
    return {
        "title": service.name,
        "id": code,
        "location_required": service.placed,
        "block_submission": service.blocked,
        "permit_guest_reporting": service.guests,
        "is_other": service.is_other,
        "permit_anonymous_reporting": service.nameless,
        "private_visibility": service.private,
        "organization": service.organization,
        "url": f"{call.root}/api/v2/request_types/{code}",
        "potential_duplicate_issues_url": _duplicates_url(code, place, call.root),
    }


def _duplicates_url(code: int | str, place: LatLong, root: str) -> str:
    lat, lng = place
    query = {
        "details": "true",
        "lat": lat,
        "lng": lng,
        "max_lat": lat + DUPLICATES_WITHIN,
        "max_lng": lng + DUPLICATES_WITHIN,
        "min_lat": lat - DUPLICATES_WITHIN,
        "min_lng": lng - DUPLICATES_WITHIN,
        "per_page": 5,
        "request_types": code,
        "sort": "distance",
        "status": "open,acknowledged",
    }
    return f"{root}/api/v2/issues?{urlencode(query)}"


def _questions(service: Service) -> list[dict[str, Any]]:
    """List the questions as they are shown: title and description first, the picture last."""
    return [
        _question("summary", "Issue Title", "text", required=True),
        _question("description", "Description", "textarea"),
        *(_own_question(code, each) for code, each in service.numbered().items()),
        _question("issue_image", "Image", "file"),
    ]


def _own_question(code: str, attribute: Attribute) -> dict[str, Any]:
    kind = _TYPES[attribute.datatype]
    if attribute.boolean:
        kind = "boolean"
    elif not attribute.variable:
        kind = "note"
    body = _question(
        code,
        attribute.description,
        kind,
        required=attribute.required,
        private=attribute.private,
    )
    if attribute.values is not None and not attribute.boolean:
        body["select_values"] = [
            {"key": key, "name": name} for key, name in attribute.values.items()
        ]
    return body


def _question(
    key: str, question: str, kind: str, *, required: bool = False, private: bool = False
) -> dict[str, Any]:
    return {
        "primary_key": key,
        "question": question,
        "question_type": kind,
        "answer_kept_private": private,
        "max_length": None,
        "response_required": required,
    }
