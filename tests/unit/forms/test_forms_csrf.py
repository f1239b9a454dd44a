"""Form tokens hold for one form and two hours, and outlive a change of keys."""

from datetime import UTC, datetime, timedelta

import pytest

from scf_report.forms.csrf import FormTokens, TokenCheck

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    """Tells the time it is set to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Return the time it is set to."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands at noon."""
    return Clock()


def test_a_token_is_good_for_its_lifetime(clock: Clock) -> None:
    """Until two hours later it is good; after that it is expired, not forged."""
    tokens = FormTokens(["key"], clock=clock)
    token = tokens.issue("step", "draft")
    clock.now = NOON + timedelta(hours=2)
    assert tokens.check(token, "step", "draft") is TokenCheck.OK
    clock.now += timedelta(seconds=1)
    assert tokens.check(token, "step", "draft") is TokenCheck.EXPIRED


@pytest.mark.parametrize("other", [("step", "another"), ("start", ""), ("start", "draft")])
def test_a_token_is_for_one_form(clock: Clock, other: tuple[str, str]) -> None:
    """A token of one draft opens neither another draft nor another purpose."""
    tokens = FormTokens(["key"], clock=clock)
    assert tokens.check(tokens.issue("step", "draft"), *other) is TokenCheck.FORGED


def test_keys_rotate(clock: Clock) -> None:
    """A page that was open while the key changed still works; the new key signs."""
    old, both = FormTokens(["old"], clock=clock), FormTokens(["new", "old"], clock=clock)
    new = FormTokens(["new"], clock=clock)
    assert both.check(old.issue("start", ""), "start", "") is TokenCheck.OK
    assert new.check(both.issue("start", ""), "start", "") is TokenCheck.OK
    assert new.check(old.issue("start", ""), "start", "") is TokenCheck.FORGED


def test_a_clock_that_runs_ahead_does_no_harm(clock: Clock) -> None:
    """A token from a machine whose clock is a few seconds ahead is good here."""
    tokens = FormTokens(["key"], clock=clock)
    token = tokens.issue("start", "")
    clock.now -= timedelta(seconds=5)
    assert tokens.check(token, "start", "") is TokenCheck.OK


@pytest.mark.parametrize(
    "text", [None, "", "x", "a.b.c", "é", "\ud800", 7, ["a"], "IiI." * 3000]
)
def test_anything_else_is_forged(clock: Clock, text: object) -> None:
    """Whatever is posted in its place is judged, never raised."""
    assert FormTokens(["key"], clock=clock).check(text, "start", "") is TokenCheck.FORGED


def test_every_part_is_signed(clock: Clock) -> None:
    """Changing any one character spoils a token."""
    tokens = FormTokens(["key"], clock=clock)
    token = tokens.issue("start", "")
    for place, character in enumerate(token[:-1]):  # the last one carries unused bits
        changed = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        assert tokens.check(changed, "start", "") is TokenCheck.FORGED
