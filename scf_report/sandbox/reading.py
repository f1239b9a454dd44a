"""Reading what a caller sent: numbers, times, lists, and the answers to a service's questions."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from scf_report.sandbox.answers import refusal
from scf_report.sandbox.geometry import LatLong
from scf_report.sandbox.services import Attribute, Service

_ATTRIBUTE = re.compile(r"attribute\[([^\]]+)\](?:\[\])?")


def point(values: Mapping[str, str]) -> LatLong | None:
    """Read ``lat`` and ``long``; None without both. Refuses what is no place on Earth."""
    if not (values.get("lat") and values.get("long")):
        return None
    lat, long = decimal(values["lat"]), decimal(values["long"])
    if lat is None or long is None or abs(lat) > 90 or abs(long) > 180:
        raise refusal(400, "lat and long must be degrees")
    return lat, long


def required_point(values: Mapping[str, str]) -> LatLong:
    """Read ``lat`` and ``long``, both of which must be there."""
    found = point(values)
    if found is None:
        raise refusal(400, f"{'long' if values.get('lat') else 'lat'} can't be blank")
    return found


def decimal(text: str) -> float | None:
    """Read a finite number; None if it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def whole(values: Mapping[str, str], name: str, default: int) -> int:
    """Read a whole number from 1; empty counts as absent."""
    text = values.get(name) or str(default)
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise refusal(400, f"{name} must be a number from 1")
    return int(text)


def time(values: Mapping[str, str], name: str) -> float | None:
    """Read a W3C date and time with its zone, as POSIX seconds; empty counts as absent."""
    text = values.get(name)
    if not text:
        return None
    moment = zoned(text)
    if moment is None:
        raise refusal(400, f"{name} must be a date and time with a zone")
    return moment.timestamp()


def zoned(text: str) -> datetime | None:
    """Read ISO 8601 with offset or Z; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def words(values: Mapping[str, str], name: str) -> str | None:
    """Read a comma list as a JSON list; None if it is empty."""
    parts = [part.strip() for part in values.get(name, "").split(",") if part.strip()]
    return json.dumps(parts) if parts else None


def answers(
    fields: Iterable[tuple[str, str]], service: Service
) -> tuple[dict[str, str | list[str]], dict[str, str]]:
    """Read ``attribute[CODE]`` and ``attribute[CODE][]`` against the definition.

    Returns the answers by code, and what is wrong by code. An empty answer counts as absent.
    """
    given: dict[str, list[str]] = {}
    for name, value in fields:
        match = _ATTRIBUTE.fullmatch(name)
        if match and value.strip():
            given.setdefault(match[1], []).append(value)
    asked = {code: each for code, each in service.numbered().items() if each.variable}
    problems = dict.fromkeys(given.keys() - asked.keys(), "is not an attribute of this service")
    for code, attribute in asked.items():
        problem = answer_problem(attribute, given.get(code, []))
        if problem:
            problems[code] = problem
    read: dict[str, str | list[str]] = {
        code: values if asked[code].datatype == "multivaluelist" else values[0]
        for code, values in given.items()
        if code in asked
    }
    return read, problems


def answer_problem(attribute: Attribute, values: list[str]) -> str | None:
    """Say what is wrong with the values given to a question; None if they are fine."""
    if not values:
        return "can't be blank" if attribute.required else None
    if len(values) > 1 and attribute.datatype != "multivaluelist":
        return "takes one value"
    if attribute.values is not None and not attribute.values.keys() >= set(values):
        return "is not included in the list"
    if attribute.datatype == "number" and decimal(values[0]) is None:
        return "is not a number"
    if attribute.datatype == "datetime" and zoned(values[0]) is None:
        return "is not a date and time with a zone"
    return None
