"""The addresses that people and programs rely on are written down, all of them."""

import re

from flask import Flask

from scf_report.domain.receipt import PublicPart
from scf_report.domain.report import Reference
from scf_report.factory import Core
from scf_report.storage.outbox import NewDelivery
from tests.structure.documents import code_of, table, text

PAGE = "docs/integrating.md"


def routes(app: Flask, *, framed: bool) -> dict[str, set[str]]:
    """Give the app's addresses, plain or framed, without converters, with their methods."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("embed.") is framed:
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found.setdefault(re.sub(r"<\w+:", "<", rule.rule), set()).update(methods)
    return found


def test_every_address_is_written_down(app: Flask) -> None:
    """The table has each address with its methods, and no other."""
    written = {code_of(row[0]): set(row[1].split(", ")) for row in table(PAGE, "address")}
    assert written == routes(app, framed=False)


def test_the_frame_has_the_same_addresses(app: Flask) -> None:
    """Below /embed stand the report and its receipt, just as they stand without it."""
    plain = routes(app, framed=False)
    expected = {
        f"/embed{rule}": methods
        for rule, methods in plain.items()
        if rule.startswith(("/report", "/receipt"))
    }
    assert routes(app, framed=True) == expected


def test_the_keys_of_a_receipt_are_written_down(app: Flask, core: Core) -> None:
    """A receipt as JSON has the keys that are explained, those of its public part too."""
    receipt = core.outbox.enqueue(
        NewDelivery(
            draft_id="draft",
            reference=Reference("R7F3-K2QX"),
            service_code="10101",
            fields=[("description", "A hole")],
            public=PublicPart("1200 W Madison St", "Pothole", "Chicago", "A hole", 0),
            latitude=41.88,
            longitude=-87.65,
        ),
        "127.0.0.1",
    )
    answer = app.test_client().get(f"/receipt/{receipt}.json").get_json()
    rows = {row[0]: row[1] for row in table(PAGE, "key")}
    assert {key for names in rows for key in re.findall(r"`(\w+)`", names)} == set(answer)
    assert set(re.findall(r"`(\w+)`", rows["`public`"])) == set(answer["public"])


def test_the_snippet_is_the_same_everywhere() -> None:
    """The README and the page for webmasters show one snippet."""
    snippets = [
        re.findall(r"<iframe .*?</iframe>", text(name), re.DOTALL)
        for name in ("README.md", PAGE)
    ]
    assert snippets[0] == snippets[1] != []
