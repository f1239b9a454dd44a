"""Reading issues: lists with their pages, one issue, its comments, and one's own reports."""

import math
from typing import Any
from urllib.parse import urlencode

from scf_report.sandbox.api import bodies, listing, talk
from scf_report.sandbox.api.answers import Answer
from scf_report.sandbox.api.calls import Call
from scf_report.sandbox.api.people import profile


def issues(call: Call) -> Answer:
    """Answer ``GET issues``: public ones, whoever asks."""
    return _list(call, listing.filters(call.args, call.now), "issues")


def own_issues(call: Call) -> Answer:
    """Answer ``GET profile/issues``: what the caller reported, private reports too."""
    return _list(call, listing.own(call.member().id, call.now), "profile/issues")


def issue(call: Call, number: int) -> Answer:
    """Answer ``GET issues/:id``."""
    record = call.issue(number)
    write = bodies.details if call.args.get("details") == "true" else bodies.issue
    return Answer(write(record, call))


def comments(call: Call, number: int) -> Answer:
    """Answer ``GET issues/:id/comments``, oldest first, in one piece."""
    record = call.issue(number)
    said = talk.comments(call.db, number)
    return Answer({"comments": [bodies.comment(each, record, call) for each in said]})


def me(call: Call) -> Answer:
    """Answer ``GET profile``: without a good token a person without a number, and no error."""
    if call.person is None:
        return Answer({"id": None})
    return Answer(profile(call.db, call.person, call.root))


def _list(call: Call, wanted: listing.Filters, path: str) -> Answer:
    length = listing.page_length(call.args, with_account=call.person is not None)
    number = listing.page_number(call.args)
    entries = listing.count(call.db, wanted)
    skip = (number - 1) * length
    within = max(0, min(length, int(call.switches["list_window"]) - skip))
    found = listing.page(call.db, wanted, call.args, skip, within) if within else []
    write = bodies.details if call.args.get("details") == "true" else bodies.issue
    written = bodies.sparse(
        (write(record, call) for record in found), call.args.get("fields[issue]")
    )
    pages = pagination(call, path, entries, number, length)
    return Answer({"issues": written, "metadata": {"pagination": pages}, "errors": {}})


def pagination(call: Call, path: str, entries: int, number: int, length: int) -> dict[str, Any]:
    """Say where in a list a page is, as it was recorded; ``path`` is the list's own."""
    reachable = math.ceil(min(entries, int(call.switches["list_window"])) / length)
    following = number + 1 if number < reachable else None
    preceding = number - 1 if number > 1 else None

    def address(page: int | None) -> str | None:
        query = sorted((call.args | {"page": page}).items())  # type: ignore[operator]
        return None if page is None else f"{call.root}/api/v2/{path}?{urlencode(query)}"

    return {
        "entries": entries,
        "page": number,
        "per_page": length,
        "pages": math.ceil(entries / length),
        "next_page": following,
        "next_page_url": address(following),
        "previous_page": preceding,
        "previous_page_url": address(preceding),
    }
