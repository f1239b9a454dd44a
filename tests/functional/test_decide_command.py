"""What nothing can prove, a person decides: shown what was searched, asked, and named."""

import getpass
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import Result
from flask import Flask

from scf_report.factory import Core
from scf_report.storage.decisions import Decisions
from scf_report.storage.outbox import outbox
from tests.conftest import Clock
from tests.functional.conftest import POTHOLE, WORDS, city
from tests.page import Page

Command = Callable[..., Result]


def received(core: Core) -> list[dict[str, Any]]:
    """Read what the city has got."""
    assert core.sandbox is not None
    records: list[dict[str, Any]] = core.sandbox.test_client().get("/received.json").get_json()
    return records


def row(core: Core, reference: str) -> dict[str, Any]:
    """Read a delivery."""
    found = core.outbox.find_by_reference(reference)
    assert found is not None
    return dict(found)


def number_of(core: Core, reference: str) -> str:
    """Find the city's number of a report by its reference."""
    [record] = [each for each in received(core) if reference in each["description"]]
    return str(record["id"])


def test_it_shows_what_was_searched_and_where_to_look(
    flask: Command, undecided: str, app: Flask, clock: Clock
) -> None:
    """Kind, place, times, tries and look-ups, and an address under which the report can be found."""
    shown = flask("outbox", "decide", undecided.lower()).output
    for told in (undecided, POTHOLE, "(10101)", "not known to show", "41.881614, -87.656978"):
        assert told in shown
    assert "tries            1, the last 2026-11-24 15:41" in shown
    assert "look-ups         " in shown
    assert WORDS not in shown
    address = urlsplit(shown.partition("the city's list  ")[2].split()[0])
    assert (address.scheme, address.netloc) == ("http", "127.0.0.1:5000")
    asked = parse_qs(address.query)
    clock.move(minutes=10)
    assert asked["service_code"] == ["10101"]
    assert asked["start_date"][0].startswith("2026-11-24T14:41")
    listed = app.test_client().get(
        f"{address.path}?{address.query}", headers={"User-Agent": "a person"}
    )
    assert undecided in listed.text


def test_the_citys_number_is_acceptance(flask: Command, undecided: str, core: Core) -> None:
    """The record is looked at, the answer is kept with name and time, and nothing is sent again."""
    number = number_of(core, undecided)
    done = flask("outbox", "decide", undecided, "--by", "Ann", input=f"{number}\ny\n")
    assert done.exit_code == 0, done.output
    assert f"The city's record {number} carries {undecided}." in done.output
    assert f"{undecided} is accepted under {number}, as Ann decided" in done.output
    found = row(core, undecided)
    assert (found["state"], found["upstream_id"]) == ("accepted", number)
    assert found["settled_at"] is not None
    shown = flask("outbox", "show", undecided).output
    assert f"{number}, by Ann, 2026-11-24 15:46:" in shown
    assert len(received(core)) == 1


@pytest.mark.parametrize("undecided", ["500-before"], indirect=True)
def test_not_there_sends_it_again(
    flask: Command, undecided: str, core: Core, work: Callable[[], int]
) -> None:
    """It is queued as it was, and delivered by the next worker."""
    done = flask("outbox", "decide", undecided, "--by", "Ann", input='"Not  there"\ny\n')
    assert "the city gets it twice" in done.output
    assert f"{undecided} is queued again, as Ann decided" in done.output
    assert row(core, undecided)["state"] == "queued"
    assert "not there, by Ann" in flask("outbox", "show", undecided).output
    work()
    assert row(core, undecided)["state"] == "accepted"
    assert len(received(core)) == 1


@pytest.mark.parametrize("typed", ["", "12345\n", "12345\nn\n", "not there\nn\n"])
def test_nothing_is_decided_without_a_yes(
    flask: Command, undecided: str, core: Core, typed: str
) -> None:
    """Whoever breaks off or says no leaves all as it was."""
    before = row(core, undecided)
    assert flask("outbox", "decide", undecided, input=typed).exit_code == 1
    assert row(core, undecided) == before
    assert "decided" not in flask("outbox", "show", undecided).output.replace("undecided", "")


def test_wrong_answers_are_asked_again(flask: Command, undecided: str, core: Core) -> None:
    """Our own reference, nothing, and what no number can be do not pass for the city's number."""
    typed = f"{undecided}\n   \n{'9' * 201}\n4\x075\nnot there\nn\n"
    asked = flask("outbox", "decide", undecided, input=typed).output
    assert asked.count("our own reference") == 1
    assert asked.count("in one line") == 3
    assert asked.count("The city's number") == 5


def test_a_number_that_says_otherwise_is_told(
    flask: Command,
    undecided: str,
    core: Core,
    at_check: Callable[..., Page],
    work: Callable[[], int],
) -> None:
    """A record of somebody else, none at all, and a city that cannot be asked, are each said first."""
    assert core.sandbox is not None
    core.sandbox.test_client().post(
        "/open311/v2/101/requests.json",
        data={"service_code": "10106", "lat": "41.88", "long": "-87.65", "description": "x"},
        headers={"User-Agent": "somebody"},
    )
    [other] = [str(each["id"]) for each in received(core) if each["description"] == "x"]
    decide = ("outbox", "decide", undecided)
    assert "does not carry" in flask(*decide, input=f"{other}\nn\n").output
    assert "shows no public record 999999" in flask(*decide, input="999999\nn\n").output
    city(core, fault="down", count="1")
    assert "could not be read now" in flask(*decide, input=f"{other}\nn\n").output


def test_one_number_is_one_reports(
    flask: Command,
    undecided: str,
    core: Core,
    at_check: Callable[..., Page],
    work: Callable[[], int],
) -> None:
    """What another report of ours was accepted under is refused."""
    at_check(words="Another hole").form().submit()
    work()
    [other] = [each for each in core.outbox.list() if each["state"] == "accepted"]
    refused = flask("outbox", "decide", undecided, input=f"{other['upstream_id']}\ny\n")
    assert refused.exit_code == 1
    assert f"the number of {other['reference']} already" in refused.output
    assert row(core, undecided)["state"] == "undecided"


def test_only_undecided_ones_wait_for_a_person(flask: Command, reference: str) -> None:
    """Any other state, and a reference that nobody has, are said in a word."""
    refused = flask("outbox", "decide", reference, input="1\ny\n")
    assert refused.exit_code == 1
    assert f"{reference} is queued: only undecided ones" in refused.output
    unknown = flask("outbox", "decide", "AAAA-AAAA")
    assert unknown.exit_code == 1
    assert "there is no delivery AAAA-AAAA" in unknown.output


def test_another_citys_row_is_not_decided_here(
    flask: Command, undecided: str, core: Core
) -> None:
    """The list of this city would prove nothing about it."""
    with core.database.write() as connection:
        connection.execute(outbox.update().values(endpoint="another.example"))
    assert "there is no delivery" in flask("outbox", "decide", undecided).output


def test_two_people_do_not_both_decide(undecided: str, flask: Command, core: Core) -> None:
    """Whoever confirms second changes nothing, and what the first one said stays."""
    decisions = Decisions(core.database, core.endpoint.name)
    found = row(core, undecided)
    assert decisions.decide(found["id"], None, "Bob") is True
    assert decisions.decide(found["id"], "77", "Ann") is False
    shown = flask("outbox", "show", undecided).output
    assert "not there, by Bob" in shown
    assert "Ann" not in shown


def test_the_name_is_that_of_the_login_unless_given(
    flask: Command, undecided: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who decided is kept in any case."""
    monkeypatch.setenv("LOGNAME", "carla")
    flask("outbox", "decide", undecided, input="not there\ny\n")
    assert "not there, by carla" in flask("outbox", "show", undecided).output


def test_a_name_is_asked_for_where_the_login_has_none(
    flask: Command, undecided: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a container whose user has no name; blanks are no name either."""

    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr(getpass, "getuser", nobody)
    for by in ((), ("--by", "  ")):
        refused = flask("outbox", "decide", undecided, *by, input="not there\ny\n")
        assert refused.exit_code == 2
        assert "say who decides: --by NAME" in refused.output


def test_a_token_that_was_never_exchanged_is_shown(
    flask: Command, undecided: str, core: Core
) -> None:
    """The city can be asked about it by that token."""
    assert "the city's token" not in flask("outbox", "decide", undecided).output
    with core.database.write() as connection:
        connection.execute(outbox.update().values(service_request_token="T-4711"))
    assert "the city's token T-4711" in flask("outbox", "decide", undecided).output


def test_export_tells_nothing_personal_unless_asked(
    flask: Command, undecided: str, core: Core
) -> None:
    """One JSON object a line; words, contact and names come with --personal alone."""
    flask("outbox", "decide", undecided, "--by", "Ann", input="not there\ny\n")
    [found] = [row(core, undecided)]
    exported = flask("outbox", "export").output
    [line] = map(json.loads, exported.splitlines())
    assert line["reference"] == undecided
    assert line["saved_at"].startswith("2026-11-24T15:41")
    assert [set(each) for each in line["decisions"]] == [{"at", "upstream_id"}]
    for secret in (WORDS, "Ann", "41.88", found["id"], found["receipt"], found["payload"]):
        assert secret not in exported
    [line] = map(json.loads, flask("outbox", "export", "--personal").output.splitlines())
    assert WORDS in dict(line["report"]["fields"])["description"]
    assert line["decisions"][0]["by"] == "Ann"
    assert found["receipt"] not in json.dumps(line)


def test_export_goes_to_the_end_and_by_state(
    flask: Command, reference: str, core: Core
) -> None:
    """More rows than one page holds are all there, once, in the order in which they were saved."""
    del reference
    [first] = core.outbox.list()
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    copies = [
        {
            **first,
            **{name: f"{first[name]}{number}" for name in ("id", "receipt", "change_key_hash")},
            "change_key_hash": f"{number}",
            "reference": f"AAAA-{letters[number // 24]}{letters[number % 24]}22",
            "state": "accepted" if number % 2 else "queued",
        }
        for number in range(450)
    ]
    with core.database.write() as connection:
        connection.execute(outbox.insert(), copies)
    lines = [json.loads(line) for line in flask("outbox", "export").output.splitlines()]
    assert len(lines) == len({line["reference"] for line in lines}) == 451
    accepted = flask("outbox", "export", "--state", "accepted").output.splitlines()
    assert {json.loads(line)["state"] for line in accepted} == {"accepted"}
    assert len(accepted) == 225
    assert flask("outbox", "export", "--state", "lost").exit_code == 2


def test_what_no_key_opens_is_exported_without(
    flask: Command, undecided: str, core: Core, clock: Clock
) -> None:
    """A delivery whose key is gone is listed all the same, and cannot be decided before it is back."""
    del clock
    with core.database.write() as connection:
        connection.execute(outbox.update().values(payload="not to be opened"))
    [line] = map(json.loads, flask("outbox", "export", "--personal").output.splitlines())
    assert line["report"] is None
    refused = flask("outbox", "decide", undecided)
    assert refused.exit_code == 1
    assert "a key that is not in SCF_SECRET_KEY" in refused.output


def test_report_that_went_out_over_apiv2_is_looked_for_there(
    flask: Command, undecided: str, app: Flask, core: Core, clock: Clock
) -> None:
    """The address searches APIv2 for the reference, and the number is read over it."""
    with core.database.write() as connection:
        connection.execute(outbox.update().values(api="apiv2", person_id="2001"))
    shown = flask("outbox", "decide", undecided).output
    address = urlsplit(shown.partition("the city's list  ")[2].split()[0])
    assert address.path == "/sandbox/api/v2/issues"
    clock.move(minutes=10)
    agent = {"User-Agent": "a person"}
    listed = app.test_client().get(f"{address.path}?{address.query}", headers=agent)
    assert undecided in listed.text
    number = number_of(core, undecided)
    told = flask("outbox", "decide", undecided, input=f"{number}\ny\n").output
    assert f"The city's record {number} carries {undecided}." in told
