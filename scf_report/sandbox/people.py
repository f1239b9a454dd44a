"""The demo people, who have accounts in the sandbox city.

The four roles are those of an organization's members in SeeClickFix (upstream.md section 3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

OWNER = "Owner"
MANAGER = "Manager"
INTERNAL_PERSONNEL = "Internal Personnel"
REQUESTER = "Requester"


@dataclass(frozen=True, slots=True)
class Person:
    """One account."""

    id: int
    name: str
    email: str
    role_in: Mapping[int, str] = field(default_factory=dict, hash=False)
    """The role in each organization by its number; empty for a resident."""


def _member(number: int, name: str, role: str) -> Person:
    account = name.lower().replace(" ", ".")
    return Person(
        number, name, f"{account}@chicago.example", role_in=MappingProxyType({101: role})
    )


PEOPLE = (
    Person(2001, "Rosa Alvarez", "rosa.alvarez@example.org"),
    Person(2002, "Ben Okafor", "ben.okafor@example.org"),
    Person(2003, "Mei Tanaka", "mei.tanaka@example.org"),
    _member(2011, "Olive Grant", OWNER),
    _member(2012, "Marcus Reed", MANAGER),
    _member(2013, "Ines Duarte", INTERNAL_PERSONNEL),
    _member(2014, "Ralph Quinn", REQUESTER),
)
"""Three residents, then a member of organization 101 in each role."""
_BY_ID = {person.id: person for person in PEOPLE}


def find_person(number: int) -> Person | None:
    """Return the person with this number, None if there is none."""
    return _BY_ID.get(number)
