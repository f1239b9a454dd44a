"""What an examination says of one thing; the words for it are the command's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Verdict(Enum):
    """How things stand."""

    OK = "ok"
    WARN = "warn"
    """It works, but somebody should look."""
    FAIL = "fail"
    """It does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: the thing, what was found (a code of that thing's own), and figures to fill in."""

    thing: str
    verdict: Verdict
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


def well(thing: str, code: str = "ok", **facts: object) -> Finding:
    """Say that a thing is well."""
    return Finding(thing, Verdict.OK, code, facts)


def doubtful(thing: str, code: str, **facts: object) -> Finding:
    """Say that somebody should look at a thing."""
    return Finding(thing, Verdict.WARN, code, facts)


def broken(thing: str, code: str, **facts: object) -> Finding:
    """Say that a thing does not work."""
    return Finding(thing, Verdict.FAIL, code, facts)
