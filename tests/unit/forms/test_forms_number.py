"""Numbers are taken as people write them, and refused where they could mean two things."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from scf_report.forms.fields import DecimalText


class OneNumber(Form):
    """Asks for one number."""

    depth = DecimalText("Depth")


def typed(text: str) -> OneNumber:
    """Return the validated form in which this was typed."""
    form = OneNumber(MultiDict({"depth": text}))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4", "4"),
        (" 2,5 ", "2.5"),
        ("2.50", "2.50"),
        (".5", "0.5"),
        ("-3", "-3"),
        ("\N{MINUS SIGN}3", "-3"),
        ("+7", "7"),
        ("0,125", "0.125"),
        ("1.200", "1.200"),
        ("007", "7"),
        ("\N{ARABIC-INDIC DIGIT FOUR}.\N{ARABIC-INDIC DIGIT FIVE}", "4.5"),
        ("999999999999", "999999999999"),
        ("0.000000000001", "0.000000000001"),
        ("", ""),
    ],
)
def test_numbers_go_upstream_as_plain_text(text: str, number: str) -> None:
    """A comma or a point, a sign and any digits are fine; what goes upstream is plain."""
    form = typed(text)
    assert not form.errors
    assert form.depth.number == number


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ankle", "“Depth” must be a number, like 4"),
        ("4 inches", "“Depth” must be a number, like 4"),
        ("1e5", "“Depth” must be a number, like 4"),
        ("nan", "“Depth” must be a number, like 4"),
        ("1,2,3", "“Depth” must be a number, like 4"),
        ("1,200.5", "“Depth” must be a number, like 4"),
        ("9" * 10_000, "“Depth” must be a number, like 4"),
        ("1000000000000", "“Depth” must be a number of at most 12 digits, like 4"),
        ("-1000000000000", "“Depth” must be a number of at most 12 digits, like 4"),
        ("1,200", "Write “Depth” without a comma, like 1200 or 1.200"),
    ],
)
def test_anything_else_is_asked_again(text: str, message: str) -> None:
    """The message names the question and what to write; what was typed stays in the input."""
    form = typed(text)
    assert form.depth.errors == [message]
    assert f'value="{text}"' in form.depth()
