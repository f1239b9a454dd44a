"""Issues and comments the way APIv2 writes them (upstream.md 2.3), key by key as recorded."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from scf_report.sandbox.answers import moment
from scf_report.sandbox.api import talk
from scf_report.sandbox.api.calls import Call
from scf_report.sandbox.api.people import commenter, is_official, reporter
from scf_report.sandbox.cities import service_of
from scf_report.sandbox.records import Record
from scf_report.sandbox.services import Service

EDITABLE = 7 * 86_400
"""Seconds in which a comment can be edited."""


def issue(record: Record, call: Call) -> dict[str, Any]:
    """Write an issue as lists have it."""
    url = f"{call.root}/api/v2/issues/{record.id}"
    closed = record.last_closed if record.closed is None else record.closed
    return {
        "id": record.id,
        "status": record.state(call.now),
        "summary": record.summary or service_of(record.service_code).name,
        "description": record.description,
        "rating": rating(record, call),
        "lat": record.lat,
        "lng": record.long,
        "address": record.address,
        "created_at": moment(record.requested),
        "acknowledged_at": _moment(record.acknowledged),
        "closed_at": _moment(closed),
        "reopened_at": _moment(record.reopened),
        "updated_at": moment(record.updated),
        "url": url,
        "point": {"type": "Point", "coordinates": [record.long, record.lat]},
        "private_visibility": record.hidden == "private",
        "html_url": f"{call.root}/issues/{record.id}",
        "show_blocked_issue_text": False,
        "request_type": _request_type(record, call.root),
        "comment_url": f"{url}/comments",
        "flag_url": f"{url}/flag",
        "transitions": _transitions(record, call, url),
        "reporter": reporter(record, call.root),
        "media": _issue_media(record, call.root),
    }


def details(record: Record, call: Call) -> dict[str, Any]:
    """Write an issue with everything that ``details=true`` adds."""
    number = record.id or 0
    url = f"{call.root}/api/v2/issues/{number}"
    votes = talk.times(call.db, "votes", number)
    said = talk.comments(call.db, number)
    return issue(record, call) | {
        "comments_count": len(said),
        "actions": {"vote_url": f"{url}/vote", "follow_url": f"{url}/follow"},
        "crm_issue_url": None,
        "organization_issue_url": None,
        "integrations": [],
        "assignee": None,
        "questions": _public_answers(record) or None,
        "comments": [comment(each, record, call) for each in said],
        "votes": [{"created_at": moment(at)} for at in votes],
        "vote_count": len(votes),
        "current_user_relationship": _relationship(record, call),
    }


def sparse(bodies: Iterable[dict[str, Any]], fields: str | None) -> list[dict[str, Any]]:
    """Keep the keys named in the comma list ``fields``, or all of them without one."""
    if not fields:
        return list(bodies)
    kept = {name.strip() for name in fields.split(",")}
    return [{name: value for name, value in body.items() if name in kept} for body in bodies]


def comment(said: talk.Comment, record: Record, call: Call) -> dict[str, Any]:
    """Write a comment. It has no id of its own; ``flag_url`` names it."""
    by_person = said.person is not None
    return {
        "comment": said.text,
        "created_at": moment(said.at),
        "updated_at": moment(said.at),
        "editable_until": moment(said.at + EDITABLE) if by_person else None,
        "last_edited_at": None,
        "commenter": commenter(said.person, record.organization_id, call.root),
        "issue_url": f"{call.root}/api/v2/issues/{said.report}",
        "flag_url": f"{call.root}/api/v2/comments/{said.id}/flag",
        "media": comment_media(said, call.root),
        "show_blocked_comment_text": False,
    }


def comment_media(said: talk.Comment, root: str) -> dict[str, Any]:
    """Write what is attached to a comment."""
    picture = absolute(said.media_url, root)
    return {
        "video_url": said.video_url,
        "image_full": picture,
        "image_square_100x100": picture,
    }


def rating(record: Record, call: Call) -> int:
    """Count who wants it fixed: whoever reported it, and all who voted for it."""
    return 1 + len(talk.times(call.db, "votes", record.id or 0))


def absolute(url: str | None, root: str) -> str | None:
    """Make the address of a picture absolute."""
    return root + url if url is not None and url.startswith("/") else url


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else moment(seconds)


def _request_type(record: Record, root: str) -> dict[str, Any]:
    service = service_of(record.service_code)
    query = {
        "lat": record.lat,
        "lng": record.long,
        "request_types": service.code,
        "sort": "distance",
    }
    return {
        "id": service.code,
        "title": service.name,
        "organization": service.organization,
        "url": f"{root}/api/v2/request_types/{service.code}",
        "related_issues_url": f"{root}/api/v2/issues?{urlencode(query)}",
    }


def _transitions(record: Record, call: Call, url: str) -> dict[str, str]:
    """Hint at what may be done now; recorded answers offer it to callers without account, too."""
    state = record.state(call.now)
    official = is_official(call.person, record.organization_id)
    if state == "Closed":
        return {"open_url": f"{url}/open"}
    if state == "Archived" or (state == "Acknowledged" and not official):
        return {}
    offered = {"close_url": f"{url}/close"}
    if state == "Open" and official:
        offered["acknowledge_url"] = f"{url}/acknowledge"
    return offered


def _issue_media(record: Record, root: str) -> dict[str, Any]:
    picture = absolute(record.media_url, root)
    return {
        "video_url": None,
        "image_full": picture,
        "image_square_100x100": picture,
        "representative_image_url": picture or f"{root}/static/no-image.svg",
    }


def _public_answers(record: Record) -> list[dict[str, str]]:
    service: Service = service_of(record.service_code)
    said = []
    for code, attribute in service.numbered().items():
        given = record.answers.get(code)
        if given is None or attribute.private:
            continue
        values = [given] if isinstance(given, str) else given
        names = [(attribute.values or {}).get(value, value) for value in values]
        said.append({"question": attribute.description, "answer": ", ".join(names)})
    return said


def _relationship(record: Record, call: Call) -> dict[str, bool]:
    number = record.id or 0
    person = None if call.person is None else call.person.id
    return {
        "following": person is not None and talk.has(call.db, "follows", number, person),
        "voted": person is not None and talk.has(call.db, "votes", number, person),
        "reporter": person is not None and record.reporter == person,
        "assignee": False,
    }
