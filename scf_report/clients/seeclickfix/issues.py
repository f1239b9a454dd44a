"""Reading issues: one with everything about it, and pages of lists (upstream.md 2.1, 2.3)."""

from collections.abc import Iterator
from dataclasses import dataclass

from scf_report.clients.open311.document import UnreadableError
from scf_report.clients.open311.values import flag, moment, point, text, texts
from scf_report.clients.seeclickfix.comments import read_commenter, read_comments
from scf_report.clients.seeclickfix.request_types import read_request_type
from scf_report.clients.seeclickfix.values import (
    Record,
    address,
    identity,
    inner,
    listed,
    photo,
    read_record,
    whole,
)
from scf_report.clients.transport import Answer
from scf_report.domain.conversation import Action, Conversation, Relation
from scf_report.domain.issue import Issue, IssueStatus

_TRANSITIONS = {
    "close_url": Action.CLOSE,
    "open_url": Action.REOPEN,
    "acknowledge_url": Action.ACKNOWLEDGE,
}
_STATUSES = {status.value: status for status in IssueStatus}


@dataclass(frozen=True, slots=True)
class IssuePage:
    """One page of a list. ``next_page`` is None at its end; ``entries`` counts the whole list, if told."""

    issues: tuple[Conversation, ...]
    next_page: int | None = None
    entries: int | None = None


def read_issues(answer: Answer) -> IssuePage:
    """Read GET issues and GET profile/issues.

    An empty page is the end even where the numbers promise more: total results are capped
    (upstream.md 2.1). Addresses of next pages are not followed; they may name another host. A
    record with no number stays, so that nobody takes a list with holes for a whole one. Raises
    UnreadableError.
    """
    record = read_record(answer)
    if not isinstance(record.get("issues"), list):
        raise UnreadableError("no list of issues")
    pagination = inner(inner(record, "metadata"), "pagination")
    issues = tuple(_issue(each, answer.url) for each in listed(record, "issues"))
    return IssuePage(
        issues,
        next_page=whole(pagination.get("next_page")) if issues else None,
        entries=whole(pagination.get("entries")),
    )


def read_issue(answer: Answer) -> Conversation:
    """Read GET issues/{id} with or without details. Raises UnreadableError."""
    record = read_record(answer)
    if identity(record.get("id")) is None:
        raise UnreadableError("an issue without a number")
    return _issue(record, answer.url)


def _issue(record: Record, base: str) -> Conversation:
    picture = photo(record, base)
    # Old issues have no request type [C koop].
    request_type = read_request_type(inner(record, "request_type"))
    votes = whole(record.get("vote_count"))
    return Conversation(
        issue=_public_record(record, picture),
        summary=text(record.get("summary")),
        reporter=read_commenter(inner(record, "reporter"), base),
        request_type=request_type,
        private=flag(record.get("private_visibility"), default=False),
        acknowledged_at=moment(record.get("acknowledged_at")),
        closed_at=moment(record.get("closed_at")),
        reopened_at=moment(record.get("reopened_at")),
        votes=len(listed(record, "votes")) if votes is None else votes,
        page_url=address(record.get("html_url"), base),
        picture_url=picture,
        answers=tuple(_answers(record)),
        comments=read_comments(record, base),
        relation=_relation(inner(record, "current_user_relationship")),
        hints=frozenset(
            action
            for name, action in _TRANSITIONS.items()
            if text(inner(record, "transitions").get(name))
        ),
    )


def _public_record(record: Record, picture: str | None) -> Issue:
    """Read what Open311 says, too. The status is never told by dates: reopened ones keep them [F]."""
    raw_status = text(record.get("status"))
    request_type = inner(record, "request_type")
    return Issue(
        upstream_id=identity(record.get("id")),
        status=_STATUSES.get(raw_status.lower(), IssueStatus.UNKNOWN),
        raw_status=raw_status,
        request_type_name=text(request_type.get("title")),
        request_type_code=text(request_type.get("id")),
        description=text(record.get("description")),
        address=text(record.get("address")),
        point=point(record.get("lat"), record.get("lng")),
        agency=text(request_type.get("organization")),
        requested_at=moment(record.get("created_at")),
        updated_at=moment(record.get("updated_at")),
        media_url=picture,
    )


def _answers(record: Record) -> Iterator[tuple[str, str]]:
    for each in listed(record, "questions"):
        question, answer = text(each.get("question")), ", ".join(texts(each.get("answer")))
        if question and answer:
            yield question, answer


def _relation(record: Record) -> Relation:
    return Relation(
        voted=flag(record.get("voted"), default=False),
        following=flag(record.get("following"), default=False),
        reporter=flag(record.get("reporter"), default=False),
    )
