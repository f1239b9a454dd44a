"""Reading what can be reported at a place, and what is asked about it (upstream.md 2.2)."""

import re
from collections.abc import Iterator
from dataclasses import replace

from scf_report.clients.open311.document import UnreadableError
from scf_report.clients.open311.values import flag, text
from scf_report.clients.seeclickfix.values import Record, listed, read_record, whole
from scf_report.clients.transport import Answer
from scf_report.domain.report_form import (
    Choice,
    Question,
    QuestionKind,
    ReportForm,
    RequestType,
)

_KINDS = {
    "text": QuestionKind.STRING,
    "textarea": QuestionKind.TEXT,
    "select": QuestionKind.SINGLE,
    "multivaluelist": QuestionKind.MULTI,
    "number": QuestionKind.NUMBER,
    "datetime": QuestionKind.DATETIME,
    "boolean": QuestionKind.BOOLEAN,
    "note": QuestionKind.NOTE,
    "file": QuestionKind.FILE,
}
_LISTS = (QuestionKind.SINGLE, QuestionKind.MULTI)
_ASKED_BY_US = {"description", "issue_image"}
"""Every report of ours has a description and may have a photo; they are no questions of the form."""
_LAST_WORD = re.compile(r"/request_types/([^/?#]+)")


def read_request_types(answer: Answer) -> tuple[RequestType, ...]:
    """Read GET issues/new. One without a code cannot be reported and is left out. Raises UnreadableError."""
    record = read_record(answer)
    if not isinstance(record.get("request_types"), list):
        raise UnreadableError("no list of request types")
    found: dict[str, RequestType] = {}
    for each in listed(record, "request_types"):
        if request_type := read_request_type(each):
            found.setdefault(request_type.code, request_type)
    return tuple(found.values())


def read_request_type(record: Record) -> RequestType | None:
    """Read one with its flags; None where it has no code.

    The code is a number, or the word "other" for the community's own type, whose ``id`` may be
    null; then its address ends in it (documented examples).
    """
    address = _LAST_WORD.search(text(record.get("url")))
    code = text(record.get("id")) or (address[1] if address else "")
    if not code:
        return None
    organization = text(record.get("organization"))
    bare = RequestType(
        code,
        name=text(record.get("title")) or code,
        group=organization,
        organization=organization,
    )
    return _flagged(bare, record)


def _flagged(request_type: RequestType, record: Record) -> RequestType:
    """Take over the flags that the record has; all are undocumented and recorded [F]."""

    def say(name: str, before: bool) -> bool:  # noqa: FBT001 -- the flag as known before
        return flag(record.get(name), default=before)

    return replace(
        request_type,
        private=say("private_visibility", request_type.private),
        guests_may_report=say("permit_guest_reporting", request_type.guests_may_report),
        name_may_be_hidden=say("permit_anonymous_reporting", request_type.name_may_be_hidden),
        information_only=say("block_submission", request_type.information_only),
        needs_place=say("location_required", request_type.needs_place),
    )


def read_form(answer: Answer, request_type: RequestType) -> ReportForm:
    """Read GET request_types/{id}: the questions in the order of asking, and flags that are newer.

    Description and photo are left out. Raises UnreadableError.
    """
    record = read_record(answer)
    if not ({"questions", "title", "id"} & record.keys()):
        raise UnreadableError("no request type")
    return ReportForm(_flagged(request_type, record), tuple(_questions(record)))


def _questions(record: Record) -> Iterator[Question]:
    for place, each in enumerate(listed(record, "questions")):
        code = text(each.get("primary_key"))
        word = text(each.get("question_type")).lower()
        required = flag(each.get("response_required"), default=False)
        kind = _KINDS.get(word) or _unknown(required=required)
        if kind is QuestionKind.NOTE:
            yield Question(code or f"note-{place}", kind, text(each.get("question")) or code)
        elif code and code not in _ASKED_BY_US and (required or word != "hidden"):
            yield _question(each, kind, code, required=required)


def _unknown(*, required: bool) -> QuestionKind:
    """Take a kind that nobody has written down for text, as long as nothing hangs on the answer."""
    return QuestionKind.UNKNOWN if required else QuestionKind.STRING


def _question(record: Record, kind: QuestionKind, code: str, *, required: bool) -> Question:
    choices = _choices(record) if kind in _LISTS else ()
    if kind in _LISTS and not choices:
        kind = QuestionKind.STRING  # nothing to choose from, yet it may be required
    return Question(
        code=code,
        kind=kind,
        text=text(record.get("question")) or code,  # some end in a line break [F]
        required=required,
        choices=choices,
        kept_private=flag(record.get("answer_kept_private"), default=False),
        max_length=whole(record.get("max_length")) or None,
    )


def _choices(record: Record) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    for value in listed(record, "select_values"):
        if key := text(value.get("key")) or text(value.get("name")):
            found.setdefault(key, Choice(key, text(value.get("name")) or key))
    return tuple(found.values())
