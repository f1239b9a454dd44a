"""Lists of choices are rendered once for all who see the same, and anew for whoever does not."""

from werkzeug.datastructures import MultiDict

from tests.unit.templates.rendering import LANES, SampleForm, part, piece, sample, soup

LIST = """{% from "components/choices.html" import radios %}{{ radios(field) }}"""


def test_what_is_chosen_is_shown() -> None:
    """Nobody is shown what somebody else has chosen."""
    for chosen in ("left", "right", "left"):
        page = soup(piece(LIST, field=sample("kept", radio=chosen).radio))
        assert part(page, "[checked]")["value"] == chosen
    assert not soup(piece(LIST, field=sample("kept").radio)).select("[checked]")


def test_what_is_wrong_is_shown() -> None:
    """A field that was refused says why, and the same field says so no more once it is good."""
    for data, told in (({}, True), ({"kept-radio": "left"}, False), ({}, True)):
        form = SampleForm(MultiDict(data), prefix="kept")
        form.radio.offer(LANES)
        form.radio.validate(form)
        assert bool(soup(piece(LIST, field=form.radio)).select(".message")) is told


def test_other_offers_are_shown() -> None:
    """Where other things can be chosen, these are what a page offers."""
    for offers in (LANES, LANES[:1], LANES):
        form = sample("kept")
        form.radio.offer(offers)
        assert len(soup(piece(LIST, field=form.radio)).select("input")) == len(offers)
