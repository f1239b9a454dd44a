"""What people with an account do about an issue (upstream.md 2.4)."""

from dataclasses import replace
from typing import Any

from scf_report.sandbox import records
from scf_report.sandbox.answers import moment
from scf_report.sandbox.api import bodies, talk
from scf_report.sandbox.api.answers import HELD, Answer, field_refusal, flat_refusal, refusal
from scf_report.sandbox.api.calls import NOT_FOUND, Call
from scf_report.sandbox.api.people import account, is_official
from scf_report.sandbox.api.reporting import BLANK, NOT_A_PICTURE
from scf_report.sandbox.photos import keep_photo, read_photo

ARCHIVED = "This issue is archived and can no longer be changed."
_DONE = {"close": "closed", "open": "reopened", "acknowledge": "acknowledged"}


def comment(call: Call, number: int) -> Answer:
    """Answer ``POST issues/:id/comments``: 201, or 202 where comments are held for review."""
    person, record = call.member(), _changeable(call, number)
    held = call.switches["comments_moderated"] == "yes"
    said = talk.add_comment(call.db, number, _said(call, person.id), call.now, hidden=held)
    if held:
        return HELD
    records.touch(call.db, number, call.now)
    return _spoken(call, record, said, {"body": said.text})


def close(call: Call, number: int) -> Answer:
    """Answer ``POST issues/:id/close``; anybody with an account may."""
    return _turn(call, number, "close")


def reopen(call: Call, number: int) -> Answer:
    """Answer ``POST issues/:id/open``; anybody with an account may."""
    return _turn(call, number, "open")


def acknowledge(call: Call, number: int) -> Answer:
    """Answer ``POST issues/:id/acknowledge``; officials of the organization may."""
    return _turn(call, number, "acknowledge")


def vote(call: Call, number: int) -> Answer:
    """Answer ``POST issues/:id/vote``; a second vote is ignored."""
    person, _ = call.member(), _changeable(call, number)
    talk.add(call.db, "votes", number, person.id, call.now)
    return Answer({"vote": 1}, 201)


def unvote(call: Call, number: int) -> Answer:
    """Answer ``DELETE issues/:id/vote``."""
    person, _ = call.member(), call.issue(number)
    if not talk.drop(call.db, "votes", number, person.id):
        raise flat_refusal("You have not voted on this issue.")
    return Answer(None, 204)


def follow(call: Call, number: int) -> Answer:
    """Answer ``POST issues/:id/follow``; a second follow is an error."""
    person, _ = call.member(), _changeable(call, number)
    if not talk.add(call.db, "follows", number, person.id, call.now):
        raise flat_refusal("You are already following this issue.")
    return Answer({"follow": 1}, 201)


def unfollow(call: Call, number: int) -> Answer:
    """Answer ``DELETE issues/:id/follow``."""
    person, _ = call.member(), call.issue(number)
    if not talk.drop(call.db, "follows", number, person.id):
        raise flat_refusal("You are not following this issue.")
    return Answer(None, 204)


def flag_issue(call: Call, number: int) -> Answer:
    """Answer ``POST issues/:id/flag``; there is no way back."""
    person, _ = call.member(), call.issue(number)
    talk.flag(call.db, (number, None, person.id, call.sent.text("message"), call.now))
    return Answer({"flagged": 1}, 201)


def flag_comment(call: Call, number: int) -> Answer:
    """Answer ``POST comments/:id/flag``."""
    person, report = call.member(), talk.comment_report(call.db, number)
    if report is None:
        raise refusal(404, NOT_FOUND)
    call.issue(report)
    talk.flag(call.db, (report, number, person.id, call.sent.text("message"), call.now))
    return Answer({"flagged": 1}, 201)


def _changeable(call: Call, number: int) -> records.Record:
    record = call.issue(number)
    if record.state(call.now) == "Archived":
        raise field_refusal({"base": [ARCHIVED]})
    return record


def _said(call: Call, person: int) -> talk.NewComment:
    text = call.sent.text("comment")
    if not text:
        raise field_refusal({"comment": [f"Comment {BLANK}"]})
    photo = read_photo(call.sent.files.get("image", b""))
    if "image" in call.sent.files and photo is None:
        raise field_refusal({"image": [f"Image {NOT_A_PICTURE}"]})
    picture = None if photo is None else keep_photo(call.db, photo)
    return talk.NewComment(person, text, picture, call.sent.text("youtube_url") or None)


def _turn(call: Call, number: int, action: str) -> Answer:
    person, record = call.member(), _changeable(call, number)
    if action == "acknowledge" and not is_official(person, record.organization_id):
        raise refusal(403, "You are not permitted to acknowledge this issue.")
    if action not in _allowed(record, call.now):
        raise field_refusal({"base": [f"This issue cannot be {_DONE[action]} now."]})
    new = _said(call, person.id)
    said = talk.add_comment(call.db, number, new, call.now)
    event = talk.NewComment(None, f"{person.name} {_DONE[action]} this issue.")
    talk.add_comment(call.db, number, event, call.now)
    turned = _turned(record, action, call.now, new.text)
    records.change_status(call.db, turned)
    return _spoken(call, turned, said, {})


def _allowed(record: records.Record, now: float) -> tuple[str, ...]:
    """Say what the status allows whoever may do it."""
    if record.closed is not None:
        return ("open",)
    return ("close",) if record.state(now) == "Acknowledged" else ("close", "acknowledge")


def _turned(record: records.Record, action: str, now: float, text: str) -> records.Record:
    """Return the report after the action; Open311 tells the comment as its status notes."""
    record = replace(record, updated=now, status_notes=text)
    if action == "close":
        return replace(record, closed=now)
    if action == "acknowledge":
        return replace(record, acknowledged=now, seen=True)
    return replace(record, closed=None, last_closed=record.closed, reopened=now, seen=False)


def _spoken(
    call: Call, record: records.Record, said: talk.Comment, more: dict[str, Any]
) -> Answer:
    body = {
        "moderated": False,
        "comment": said.text,
        **more,
        "created_at": moment(said.at),
        "updated_at": moment(said.at),
        "commenter": account(call.member(), call.root),
        "issue": {
            "status": record.state(call.now),
            "rating": bodies.rating(record, call),
        },
        "media": bodies.comment_media(said, call.root),
    }
    return Answer(body, 201)
