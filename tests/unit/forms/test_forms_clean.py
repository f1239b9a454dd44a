"""Typed text comes out as one thing: readable, composed, without control characters."""

import pytest
from hypothesis import given, strategies as st

from scf_report.forms.clean import clean_line, clean_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  deep\x00 pothole\x07 ", "deep pothole"),
        ("e\u0301clair", "éclair"),
        ("first\r\n\r\nsecond\u2028third\tend", "first\n\nsecond\nthird end"),
        ("evil\u202etxt.exe\u2066x\u2069", "eviltxt.exex"),
        ("حفرة عميقة في الشارع", "حفرة عميقة في الشارع"),
        ("family 👨‍👩‍👧 and new 🫨", "family 👨‍👩‍👧 and new 🫨"),
        ("<b>bold</b> & 'quoted'", "<b>bold</b> & 'quoted'"),
        ("half \ud800 pair", "half  pair"),
        ("\u200b \u00a0\u0301", ""),
    ],
)
def test_text_is_kept_without_what_can_harm(typed: str, kept: str) -> None:
    """Words in any script survive; controls, overrides and invisible text do not."""
    assert clean_text(typed) == kept


def test_a_line_has_no_line_breaks() -> None:
    """A pasted address of three lines becomes one line."""
    assert clean_line(" 12\n Main  St\r\n\tChicago ") == "12 Main St Chicago"


@pytest.mark.parametrize("value", [None, 4, ["text"], b"text"])
def test_what_is_no_text_is_empty(value: object) -> None:
    """A file or a list where text is expected counts as nothing typed."""
    assert clean_line(value) == clean_text(value) == ""


@given(st.text())
def test_cleaning_settles(text: str) -> None:
    """Cleaned text that is sent again stays as it is."""
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)
