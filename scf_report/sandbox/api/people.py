"""How people are described: in public, and to themselves (upstream.md 2.3 and 2.4)."""

import sqlite3
from typing import Any

from scf_report.sandbox.answers import moment
from scf_report.sandbox.cities import CITIES
from scf_report.sandbox.people import REQUESTER, Person, find_person
from scf_report.sandbox.records import Record

SIGNED_UP = 1_700_000_000.0
"""When all demo people made their accounts, in POSIX seconds."""
_GUESTS_FROM = 3_000_000
"""A guest's number is that of the report, above this."""
_CITY_ACCOUNTS_FROM = 9_000
"""The account under which an organization's system comments has its number, above this."""


def is_official(person: Person | None, organization: int | None) -> bool:
    """Tell whether the person works on this organization's issues; a Requester does not."""
    role = None if person is None or organization is None else person.role_in.get(organization)
    return role not in (None, REQUESTER)


def account(person: Person, root: str) -> dict[str, Any]:
    """Describe somebody with an account in public."""
    role = "Verified Official" if person.role_in else "Registered User"
    return _described(person.id, person.name, role, root) | {
        "html_url": f"{root}/users/{person.id}"
    }


def reporter(record: Record, root: str) -> dict[str, Any]:
    """Describe who reported: by name, as a neighbor, or not at all."""
    if record.anonymous:
        return _described(0, "An anonymous SeeClickFix user", "Registered User", root) | {
            "html_url": f"{root}/users/anonymous"
        }
    person = None if record.reporter is None else find_person(record.reporter)
    if person is not None:
        return account(person, root)
    city = CITIES.get(record.organization_id or 0)
    name = city.neighbor if city else "Neighbor"
    return _described(_GUESTS_FROM + (record.id or 0), name, "Guest", root)


def commenter(person: int | None, organization: int | None, root: str) -> dict[str, Any]:
    """Describe who commented; without a person it is the organization's system."""
    found = None if person is None else find_person(person)
    if found is not None:
        return account(found, root)
    city = CITIES.get(organization or 0)
    number = _CITY_ACCOUNTS_FROM + (city.id if city else 0)
    name = city.name if city else "SeeClickFix"
    return _described(number, name, "Verified Official", root)


def _described(number: int, name: str, role: str, root: str) -> dict[str, Any]:
    picture = f"{root}/static/no-avatar.svg"
    return {
        "id": number,
        "name": name,
        "role": role,
        "avatar": {"full": picture, "square_100x100": picture},
        "witty_title": "",
        "civic_points": 0,
    }


_COUNTS = """
SELECT
  (SELECT count(*) FROM reports WHERE reporter = :id) AS reported_issue_count,
  (SELECT count(*) FROM reports WHERE reporter = :id AND closed IS NOT NULL)
    AS closed_issue_count,
  (SELECT count(*) FROM follows WHERE person = :id) AS following_issue_count,
  (SELECT count(*) FROM votes WHERE person = :id) AS voted_issue_count,
  (SELECT count(*) FROM comments WHERE person = :id AND NOT hidden) AS comments_count
"""


def profile(db: sqlite3.Connection, person: Person, root: str) -> dict[str, Any]:
    """Describe somebody to themselves."""
    counts = dict(db.execute(_COUNTS, {"id": person.id}).fetchone())
    first, _, last = person.name.partition(" ")
    home = next(iter(person.role_in), None)
    own = {
        "email": person.email,
        "first_name": first,
        "last_name": last,
        "created_at": moment(SIGNED_UP),
        "updated_at": moment(SIGNED_UP),
        "locale": "en",
        "place_id": home,
        "handle": person.email.partition("@")[0],
        "phone": None,
        "federated_login_uid": None,
        "time_zone": "Eastern Time (US & Canada)",
        "place_url_name": CITIES[home].folder if home else None,
        "admin": False,
        "pro_user": False,
        "cp_employee": False,
        "home_place": {"id": home, "name": CITIES[home].name} if home else None,
        "account_management": {"provider": "sandbox", "url": f"{root}/"},
        "notifications": {"unread_count": 0},
        "permissions": {
            "can_acknowledge": any(is_official(person, each) for each in person.role_in)
        },
    }
    return _described(person.id, person.name, "", root) | own | counts
