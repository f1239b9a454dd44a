"""The client against what real servers and projects have said, file by file.

The payloads are not part of this project; ``SCF_FIXTURES`` names their folder. What each file
means is written down in ``open311_expected.json``: how many records, and the key fields of the
first and the last; the reasons of a refusal; ``broken`` for what is broken on purpose; or why
this client does not read it. A file that is new, gone or read in another way fails.
"""

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from scf_report.clients.errors import BrokenError, RefusedError
from scf_report.clients.open311.client import Open311Client, RequestsQuery
from scf_report.clients.transport import Transport
from scf_report.domain.delivery import Share
from scf_report.domain.endpoint import Endpoint
from scf_report.domain.issue import Issue
from scf_report.domain.report_form import Question, RequestType

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / os.environ.get("SCF_FIXTURES", "../shared/fixtures")
REQUIRED = os.environ.get("REQUIRE_ALL") == "1"
EXPECTED: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("open311_expected.json").read_text(encoding="utf-8")
)
PATTERNS = ("open311_*/*", "scf_civicbot_2026/open311_*.json")


class AnyTimes:
    """A budget without a limit."""

    def take(self, host: str, share: Share) -> float:  # noqa: ARG002 -- the budget's interface
        """Let every call through."""
        return 0.0

    def pause(self, host: str, seconds: float) -> None:
        """Nothing here answers 429."""


def _services(client: Open311Client) -> object:
    def brief(each: RequestType) -> tuple[str, str, str, bool]:
        return each.code, each.name, each.group, each.has_questions

    found = client.services(None)
    return len(found), brief(found[0]), brief(found[-1])


def _definition(client: Open311Client) -> object:
    def brief(each: Question) -> tuple[str, str, str, bool, tuple[str, ...]]:
        keys = tuple(choice.key for choice in each.choices)
        return each.code, each.kind.value, each.text, each.required, keys

    return [brief(each) for each in client.definition("1", None)]


def _requests(client: Open311Client) -> object:
    def brief(each: Issue) -> tuple[str | None, str, str, str, str | None, str | None]:
        return (
            each.upstream_id,
            each.status.value,
            each.request_type_code,
            each.requested_at.isoformat() if each.requested_at else "",
            str(each.point) if each.point else None,
            each.media_url,
        )

    found = client.requests(RequestsQuery(), Share.LIST)
    return [len(found), *(brief(each) for each in (*found[:1], *found[-1:]))]


def _posted(client: Open311Client) -> object:
    posted = client.post((), None)
    return posted.service_request_id, posted.service_request_token, posted.notice[:8]


def _token(client: Open311Client) -> object:
    posted = client.token("12345")
    return posted.service_request_id, posted.service_request_token, posted.notice


def _discovery(client: Open311Client) -> object:
    found = client.discovery()
    return found.contact[:19], [(each.url, each.formats) for each in found.endpoints]


READERS = {
    "services": _services,
    "definition": _definition,
    "requests": _requests,
    "posted": _posted,
    "token": _token,
    "discovery": _discovery,
}


def _names() -> list[str]:
    if not FOLDER.is_dir():
        return ["no folder"]
    found = (path for pattern in PATTERNS for path in FOLDER.glob(pattern))
    return sorted({str(path.relative_to(FOLDER)) for path in found} | set(EXPECTED))


def _outcome(case: dict[str, Any], body: bytes) -> dict[str, object]:
    """Serve the body to the real client and say what comes of it, in the words of the table."""
    status = case.get("status", 200)
    network = httpx.MockTransport(lambda _: httpx.Response(status, content=body))
    root = "https://recorded.example"
    transport = Transport(root, user_agent="tests", budget=AnyTimes(), http=network)
    client = Open311Client(transport, Endpoint("recorded", root, root))
    try:
        # Tuples and lists are the same to the table.
        return {"gives": json.loads(json.dumps(READERS[case["read"]](client)))}
    except RefusedError as error:
        return {"refused": [reason.message for reason in error.reasons]}
    except BrokenError:
        return {"broken": True}


@pytest.mark.parametrize("name", _names())
def test_recorded_payload(name: str) -> None:
    """Each file gives what is written down for it; none is forgotten."""
    if not FOLDER.is_dir():
        missing = f"{FOLDER} does not exist (set SCF_FIXTURES)"
        pytest.fail(missing) if REQUIRED else pytest.skip(missing)
    assert name in EXPECTED, "a new file: write down what it means"
    body, case = (FOLDER / name).read_bytes(), EXPECTED[name]
    if "not_read" not in case:
        asked = {key: case[key] for key in ("read", "status") if key in case}
        assert asked | _outcome(case, body) == case
