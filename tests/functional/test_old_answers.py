"""Pages say from when the city's answers are, once they are old, and that it cannot be asked."""

from collections.abc import Callable

import pytest

from scf_report.factory import Core
from tests.conftest import Clock
from tests.faults.reports import MADISON
from tests.functional.conftest import POINT, answer, city, step_of
from tests.page import Page, Visitor
from tests.stores import settle

LATER = "cannot be asked right now"


def turn(core: Core, fault: str) -> None:
    """Let the sandbox city have a fault."""
    assert core.sandbox is not None
    answered = core.sandbox.test_client().post("/switches", data={"fault": fault})
    assert answered.status_code == 200


def test_old_kinds_and_questions_say_so(
    at_step: Callable[..., Page], core: Core, clock: Clock
) -> None:
    """Nothing is said of new ones; old ones have their time; and a city that is down is mentioned."""
    kinds = at_step("type")
    assert "Kinds of problem as of" not in kinds.text
    details = answer(kinds).submit()
    assert step_of(details) == "details"
    assert "Questions as of" not in details.text
    clock.move(minutes=20)
    turn(core, "down")
    shown = kinds.visitor.open(kinds.path)
    assert "Kinds of problem as of 9:41" in shown.text
    settle()  # whether it can be asked is known by then
    shown = kinds.visitor.open(kinds.path)
    assert LATER in shown.text
    assert "Questions as of 9:41" in kinds.visitor.open(details.path).text
    answer(shown).submit()
    settle()
    shown = kinds.visitor.open(details.path)
    assert LATER in shown.text
    clock.move(days=1)
    assert (
        "Kinds of problem as of November 24, 2026, 9:41" in kinds.visitor.open(kinds.path).text
    )
    settle()
    turn(core, "none")
    clock.move(seconds=31)
    kinds.visitor.open(kinds.path)
    settle()
    assert "Kinds of problem as of" not in kinds.visitor.open(kinds.path).text


@pytest.mark.parametrize("settings", [{"same_type_ids": False}], indirect=True)
def test_new_kinds_replace_old_ones(core: Core, clock: Clock) -> None:
    """A list is read once while it is the same, and as it is now once it was loaded anew."""
    kinds = core.types().of(None)
    guests = kinds.at(MADISON)
    assert kinds.at(MADISON) is guests
    city(core, set="open311_types:all")
    clock.move(minutes=20)
    assert kinds.at(MADISON) == guests  # old ones, while new ones are on their way
    settle()
    assert {kind.code for kind in kinds.at(MADISON)} > {kind.code for kind in guests}


@pytest.mark.parametrize(
    "settings", [{"upstream_rate": "2/60", "same_type_ids": False}], indirect=True
)
def test_spent_share_is_not_blamed_on_the_city(visitor: Visitor) -> None:
    """A place that nobody has looked at waits its turn, and the page says when to come back."""
    first = visitor.open("/report", query_string={"address": POINT}).form().submit()
    assert first.title == "What is the problem?"
    other = visitor.open("/report", query_string={"address": "41.90, -87.65"})
    page = other.form().submit()
    assert page.status == 503
    assert page.title == "Sorry, we cannot go on right now"
    assert int(page.response.headers["Retry-After"]) == 61
    assert visitor.open(first.path).title == "What is the problem?"
