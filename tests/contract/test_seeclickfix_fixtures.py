"""The client of APIv2 against what SeeClickFix has answered and documents, file by file.

The payloads are not part of this project; ``SCF_FIXTURES`` names their folder. What each file
means is written down in ``seeclickfix_expected.json``: what it is read as, ``in`` what answer
where it is only a part of one, and the values; or why this client does not read it. A file that
is new, gone or read in another way fails.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from scf_report.clients.errors import BrokenError, RefusedError
from scf_report.clients.seeclickfix.client import IssuesQuery, SeeClickFixClient
from scf_report.domain.conversation import Action, Commenter, Conversation
from scf_report.domain.delivery import Share
from scf_report.domain.geography import Box, Point
from scf_report.domain.report_form import RequestType
from tests.contract.seeclickfix_network import serving

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / os.environ.get("SCF_FIXTURES", "../shared/fixtures")
REQUIRED = os.environ.get("REQUIRE_ALL") == "1"
EXPECTED: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("seeclickfix_expected.json").read_text(encoding="utf-8")
)
HERE = Point(36.0632, -94.1579)
EVERYWHERE = Box(-90, -180, 90, 180)


def _flags(each: RequestType) -> list[str]:
    told = {
        "private": each.private,
        "guests": each.guests_may_report,
        "hidden name": each.name_may_be_hidden,
        "information": each.information_only,
        "place": each.needs_place,
    }
    return [name for name, value in told.items() if value]


def _request_types(client: SeeClickFixClient) -> object:
    found = client.request_types(HERE, None)
    first, last = (
        (each.code, each.name, each.organization, _flags(each))
        for each in (found[0], found[-1])
    )
    private = sum(each.private for each in found)
    no_guests = sum(not each.guests_may_report for each in found)
    anywhere = sum(not each.needs_place for each in found)
    return len(found), private, no_guests, anywhere, first, last


def _form(client: SeeClickFixClient) -> object:
    form = client.report_form(RequestType("9", "As listed"), None)
    questions = [
        (
            each.code,
            each.kind.value,
            each.text,
            each.required,
            each.kept_private,
            [choice.key for choice in each.choices],
        )
        for each in form.questions
    ]
    return _flags(form.request_type), questions


def _person(person: Commenter | None) -> object:
    return person and (person.id, person.name, person.role, bool(person.avatar_url))


def _brief(found: Conversation) -> object:
    issue = found.issue
    return (
        issue.upstream_id,
        issue.status.value,
        found.summary[:20],
        issue.requested_at.isoformat() if issue.requested_at else "",
        str(issue.point) if issue.point else None,
        found.request_type and found.request_type.code,
        issue.agency,
        found.picture_url and found.picture_url[-12:],
    )


def _issue(client: SeeClickFixClient) -> object:
    found = client.issue("1", None, Share.LIST)
    said = [(each.id, each.text[:12], _person(each.by)) for each in found.comments]
    pictures = [each.picture_url for each in found.comments if each.picture_url]
    times = (found.acknowledged_at, found.closed_at, found.reopened_at)
    told = {
        "issue": _brief(found),
        "reporter": _person(found.reporter),
        "times": [each.isoformat() if each else "" for each in times if any(times)],
        "votes": found.votes,
        "answers": found.answers,
        "comments": said[:1] + said[-1:],
        "pictures": [each[-12:] for each in pictures],
        "may": sorted(action.value for action in found.hints),
    }
    return {name: value for name, value in told.items() if value}


def _issues(client: SeeClickFixClient) -> object:
    page = client.issues(IssuesQuery(EVERYWHERE), None, Share.LIST)
    first, last = (_brief(each) for each in (page.issues[0], page.issues[-1]))
    pictures = sum(bool(each.picture_url) for each in page.issues)
    return len(page.issues), page.next_page, page.entries, pictures, first, last


def _acted(client: SeeClickFixClient) -> object:
    return repr(client.act(Action.COMMENT, "1", "token", "Me too"))


def _posted(client: SeeClickFixClient) -> object:
    posted = client.post((), None, "token")
    return posted.issue_id, posted.moderated


def _profile(client: SeeClickFixClient) -> object:
    person = client.profile("token")
    assert person is not None
    return person.id, person.name, person.can_acknowledge, bool(person.avatar_url)


def _place(client: SeeClickFixClient) -> object:
    found = client.place("1")
    return found.id, found.name, found.url_name, found.kind, str(found.center)


READERS = {
    "place": _place,
    "request_types": _request_types,
    "form": _form,
    "issue": _issue,
    "issues": _issues,
    "acted": _acted,
    "posted": _posted,
    "profile": _profile,
}


def _names() -> list[str]:
    if not FOLDER.is_dir():
        return ["no folder"]
    found = {str(path.relative_to(FOLDER)) for path in FOLDER.glob("scf_*/*")}
    return sorted({name for name in found if "/open311_" not in name} | set(EXPECTED))


def _outcome(case: dict[str, Any], body: bytes) -> dict[str, object]:
    """Serve the body to the real client and say what comes of it, in the words of the table."""
    whole = case.get("in", "BODY").encode().replace(b"BODY", body)
    client = serving(whole, case.get("status", 200)).client
    try:
        # Tuples and lists are the same to the table.
        return {"gives": json.loads(json.dumps(READERS[case["read"]](client)))}
    except RefusedError as error:
        return {"refused": [[reason.field, reason.message] for reason in error.reasons]}
    except BrokenError:
        return {"broken": True}


@pytest.mark.parametrize("name", _names())
def test_recorded_payload_of_apiv2(name: str) -> None:
    """Each file gives what is written down for it; none is forgotten."""
    if not FOLDER.is_dir():
        missing = f"{FOLDER} does not exist (set SCF_FIXTURES)"
        pytest.fail(missing) if REQUIRED else pytest.skip(missing)
    assert name in EXPECTED, "a new file: write down what it means"
    body, case = (FOLDER / name).read_bytes(), EXPECTED[name]
    if "not_read" not in case:
        asked = {key: case[key] for key in ("read", "in", "status") if key in case}
        assert asked | _outcome(case, body) == case
