"""Reading service requests: lists, single ones, the answer to a POST, and tokens."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scf_report.clients.open311.document import Node, parse
from scf_report.clients.open311.values import (
    flag,
    link,
    moment,
    point,
    records,
    text,
    texts,
    unwrapped,
)
from scf_report.domain.issue import Issue, IssueStatus

_WRAPPERS = ("service_requests", "requests", "request")
_ISSUE_MARKS = ("service_request_id", "status", "service_code", "service_name", "token")
_WORDS = {
    IssueStatus.OPEN: (
        "open opened new received submitted pending reopen reopened in_progress in_process"
        " investigating action_scheduled planned scheduled assigned"
    ),
    IssueStatus.ACKNOWLEDGED: "acknowledged",
    IssueStatus.CLOSED: (
        "closed fixed resolved completed complete done processed rejected duplicate canceled"
        " cancelled no_further_action not_councils_responsibility internal_referral"
    ),
    IssueStatus.ARCHIVED: "archived",
}
_STATUSES = {word: status for status, words in _WORDS.items() for word in words.split()}
"""The standard has open and closed; Accela, FixMyStreet, CitySDK and St. Louis say more."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What a POST or a token poll told: a number, a token to exchange for it, or neither (both empty)."""

    service_request_id: str = ""
    service_request_token: str = ""
    notice: str = ""
    moderated: bool = False


def read_requests(body: bytes) -> tuple[Issue, ...]:
    """Read GET requests and GET requests/{id} (both are lists in GeoReport v2). Raises UnreadableError."""
    return tuple(_issue(each) for each in records(parse(body), _WRAPPERS, _ISSUE_MARKS))


def _issue(record: Mapping[str, Node]) -> Issue:
    raw_status = text(record.get("status"))
    word = re.sub(r"[^a-z]+", "_", raw_status.lower()).strip("_")
    return Issue(
        upstream_id=text(record.get("service_request_id")) or None,
        status=_STATUSES.get(word, IssueStatus.UNKNOWN),
        raw_status=raw_status,
        status_notes=text(record.get("status_notes")),
        request_type_name=text(record.get("service_name")),
        request_type_code=text(record.get("service_code")),
        description=text(record.get("description")),
        address=text(record.get("address")),
        point=point(record.get("lat"), record.get("long")),
        # FixMyStreet names several recipients, St. Louis leaves a comma behind.
        agency=", ".join(texts(record.get("agency_responsible"))).strip(" ,"),
        notice=text(record.get("service_notice")),
        requested_at=moment(record.get("requested_datetime")),
        updated_at=moment(record.get("updated_datetime")),
        expected_at=moment(record.get("expected_datetime")),
        media_url=link(record.get("media_url")),
    )


def read_posted(body: bytes) -> Posted:
    """Read the answer to POST requests or GET tokens/{token}: the first record of the list.

    Older SeeClickFix says ``id``, and ``metadata.moderated`` when a report is held for review.
    A record that tells nothing gives an empty Posted. Raises UnreadableError.
    """
    marks = ("service_request_id", "id", "token", "service_notice", "metadata")
    found = records(parse(body), _WRAPPERS, marks)
    if not found:
        return Posted()
    record = found[0]
    return Posted(
        service_request_id=text(record.get("service_request_id")) or text(record.get("id")),
        service_request_token=text(record.get("token")),
        notice=text(record.get("service_notice")),
        moderated=flag(unwrapped(record.get("metadata"), ("moderated",)), default=False),
    )
