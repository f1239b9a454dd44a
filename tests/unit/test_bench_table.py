"""The table of a benchmark tells what is reached from what is not."""

import pytest

from tests.bench import __main__ as bench
from tests.bench.accepting import Server
from tests.bench.load import Run
from tests.bench.pages import Page
from tests.bench.table import Line, show


@pytest.mark.parametrize(
    ("value", "at_most", "verdict"),
    [
        (0.45, False, "PASS"),
        (0.44, False, "SHORT"),
        (0.45, True, "PASS"),
        (0.46, True, "SHORT"),
    ],
)
def test_what_is_not_reached_is_short(
    value: float,
    at_most: bool,  # noqa: FBT001
    verdict: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A line passes at its mark and beyond, and one that is short fails the whole table."""
    good = show("A title", [Line("it", "9/s", "20/s", value, 0.45, at_most=at_most)])
    assert good == (verdict == "PASS")
    assert capsys.readouterr().out.splitlines()[-2].endswith(verdict)


def test_one_short_line_fails_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """What passes does not make up for what does not."""
    lines = [Line("a", "", "", value, 1.0) for value in (2.0, 0.9, 2.0)]
    assert not show("A title", lines)
    assert capsys.readouterr().out.count("PASS") == 2


def test_a_page_is_compared_within_each_round() -> None:
    """The figure is the median of the ratios of the rounds, so that one noisy round changes nothing."""
    page = Page("/", ["/"], 8_000)
    for ours, floor in ((50, 100), (5, 100), (60, 100)):
        page.ours.append(Run([0.01] * ours, 1.0))
        page.floor.append(Run([0.005] * floor, 1.0))
    assert page.ratio() == pytest.approx(0.5)
    assert page.slowness() == pytest.approx(2.0)


def test_a_writer_who_waits_too_long_is_short() -> None:
    """One submit of more than a second is told by its line, however good the others are."""
    server = Server(1, 5000, 0.1, 0.3)
    server.runs.append(Run([*[0.01] * 999, 1.2], 2.0))
    rate, p99, slowest = server.lines([2_000.0])
    assert rate.value == pytest.approx(0.25)
    assert [line.passes for line in (rate, p99, slowest)] == [True, True, False]


def test_a_name_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A typing mistake measures nothing and lists the names."""
    assert bench.main(["page"]) == 2
    assert "pages, accepting" in capsys.readouterr().err
