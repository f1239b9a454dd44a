"""Open311's bodies: what is said about services and reports, as JSON and as XML.

JSON follows SeeClickFix (upstream.md section 1), XML the GeoReport v2 standard (section 4).
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from flask import Response

from scf_report.sandbox.cities import service_of
from scf_report.sandbox.records import Record
from scf_report.sandbox.services import Service

EASTERN = ZoneInfo("America/New_York")
"""SeeClickFix writes all its times in this zone (upstream.md 2.1)."""

_ITEMS = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "photos": "photo",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


@dataclass(frozen=True, slots=True)
class Answer:
    """A body and its status. ``xml`` stands in where XML says it in another shape than JSON."""

    root: str
    body: Any
    status: int = 200
    xml: Any = None

    def response(self, form: str) -> Response:
        """Write it down as ``json`` or ``xml``."""
        if form == "json":
            text = json.dumps(self.body, ensure_ascii=False)
            return Response(text, self.status, mimetype="application/json")
        tree = _element(self.root, self.body if self.xml is None else self.xml)
        return Response(
            ET.tostring(tree, "utf-8", xml_declaration=True), self.status, mimetype="text/xml"
        )


class RefusedError(Exception):
    """A request is answered with an error."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body)
        self.answer = answer


def refusal(status: int, description: str) -> RefusedError:
    """Refuse in the standard's shape: a list of code and description."""
    return RefusedError(
        Answer("errors", [{"code": status, "description": description}], status)
    )


def field_refusal(errors: Mapping[str, list[str]]) -> RefusedError:
    """Refuse in SeeClickFix's shape: messages by field; XML keeps to the standard."""
    flat = [
        {
            "code": 400,
            "description": message if field in ("base", "duplicate") else f"{field} {message}",
        }
        for field, messages in errors.items()
        for message in messages
    ]
    return RefusedError(Answer("errors", dict(errors), 400, flat))


def service_list(services: Iterable[Service]) -> Answer:
    """Answer a service list (upstream.md 1.2)."""
    return Answer("services", [_service(service) for service in services])


def _service(service: Service) -> dict[str, Any]:
    return {
        "service_name": service.name,
        "organization": service.organization,
        "service_code": service.code,
        "description": service.description,
        "metadata": bool(service.attributes),
        "type": service.type,
        "keywords": service.keywords,
        "group": None,
    }


def service_definition(service: Service) -> Answer:
    """Answer a service definition (upstream.md 1.3)."""
    attributes = [
        {
            "variable": each.variable,
            "code": int(code),
            "datatype": each.datatype,
            "required": each.required,
            "order": order,
            "description": each.description,
            "datatype_description": each.datatype_description,
            "answer_kept_private": each.private,
            "values": [{"key": key, "name": name} for key, name in (each.values or {}).items()],
        }
        for order, (code, each) in enumerate(service.numbered().items(), 1)
    ]
    body = {
        "service_code": str(service.code),
        "service_name": service.name,
        "attributes": attributes,
    }
    return Answer("service_definition", body)


def request_list(records: Iterable[Record], root_url: str, *, extensions: bool) -> Answer:
    """Answer public reports (upstream.md 1.4); ``root_url`` makes photo addresses absolute."""
    return Answer(
        "service_requests",
        [_request(each, root_url, extensions=extensions) for each in records],
    )


def _request(record: Record, root_url: str, *, extensions: bool) -> dict[str, Any]:
    service = service_of(record.service_code)
    media_url = record.media_url
    if media_url is not None and media_url.startswith("/"):
        media_url = root_url + media_url
    body: dict[str, Any] = {
        "service_request_id": record.id,
        "status": record.status,
        "status_notes": record.status_notes,
        "service_name": service.name,
        "service_code": service.code,
        "description": record.description,
        "agency_responsible": service.organization,
        "service_notice": service.notice,
        "requested_datetime": moment(record.requested),
        "updated_datetime": moment(record.updated),
        "expected_datetime": None,
        "address": record.address,
        "address_id": None,
        "zipcode": None,
        "lat": record.lat,
        "long": record.long,
        "media_url": media_url,
    }
    if extensions:
        body["attributes"] = _public_answers(record, service)
        body["extended_attributes"] = {
            "photos": [{"media_url": media_url}] if media_url else []
        }
    return body


def _public_answers(record: Record, service: Service) -> list[dict[str, str]]:
    """Say what was answered in the shape of San Francisco's extension; never a private answer."""
    answers = []
    for code, attribute in service.numbered().items():
        given = record.answers.get(code, [])
        for value in () if attribute.private else [given] if isinstance(given, str) else given:
            name = (attribute.values or {}).get(value, value)
            answers.append(
                {"label": attribute.description, "name": code, "value": name, "code": value}
            )
    return answers


def moment(seconds: float) -> str:
    """Write a time with US-Eastern offset, to the second."""
    return datetime.fromtimestamp(int(seconds), UTC).astimezone(EASTERN).isoformat()


def _element(name: str, value: object) -> ET.Element:
    element = ET.Element(name)
    if isinstance(value, dict):
        element.extend(_element(key, each) for key, each in value.items())
    elif isinstance(value, list):
        element.extend(_element(_ITEMS[name], each) for each in value)
    elif isinstance(value, bool):
        element.text = str(value).lower()
    elif value is not None:
        element.text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", str(value))
    return element
