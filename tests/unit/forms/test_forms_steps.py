"""The steps keep what was typed, say what is missing, and guard themselves with a token."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict

from scf_report.domain.geography import Point
from scf_report.domain.report_form import RequestType
from scf_report.forms.base import FormData, Problem
from scf_report.forms.choices import Offer
from scf_report.forms.csrf import BoundToken, FormTokens
from scf_report.forms.place import ChosenPlace, PlaceForm
from scf_report.forms.steps import CheckForm, PhotoForm, TypeForm, filled_by_machine

MADISON = ChosenPlace(Point(41.8819, -87.6278), "1200 W Madison St | rear")
FOUND = Offer(str(MADISON), MADISON.label, "Near West Side")
TYPES = (
    RequestType("1", "Pothole", "Holes in a road.", "Streets"),
    RequestType("2", "Fallen tree", group="Forestry"),
    RequestType("3", "Street light", group="Streets"),
    RequestType("4", "Anything else"),
)


def posted(token: BoundToken, **values: object) -> FormData:
    """Return what a browser posts, with a good token."""
    return MultiDict({"csrf_token": token.issue(), **values})


def test_a_place_survives_the_way_through_the_page(token: BoundToken) -> None:
    """The radio button of a found place brings back its point and its name."""
    form = PlaceForm(
        posted(token, place=str(MADISON), landmark=" by the\nbus stop "), token=token
    )
    assert form.validate()
    assert form.chosen == MADISON
    assert form.landmark.data == "by the bus stop"


def test_a_chosen_place_is_offered_again(token: BoundToken) -> None:
    """A place chosen on the map is not among those found, but it stays chosen on the page."""
    shown = PlaceForm(token=token, places=[FOUND], chosen=ChosenPlace(Point(1, 2), "Pin"))
    assert [(b.data, b.checked) for b in shown.place] == [
        ("1.000000,2.000000|Pin", True),
        (str(MADISON), False),
    ]
    assert shown.place.hints == {str(MADISON): "Near West Side"}
    found = PlaceForm(token=token, places=[FOUND], chosen=MADISON)
    assert [(b.data, b.checked) for b in found.place] == [(str(MADISON), True)]


@pytest.mark.parametrize(
    "value",
    [
        "none",
        "91,0|x",
        "0,181|x",
        "nan,0|x",
        "1e2,0|x",
        "1,2",
        "|",
        "1,2|" + "x" * 301,
        "\x00",
        "'><b>",
    ],
)
def test_what_is_no_place_is_refused(token: BoundToken, value: str) -> None:
    """Numbers out of range, no numbers, endless names: choose again, and the page still works."""
    form = PlaceForm(posted(token, place=value), token=token, places=[FOUND])
    assert not form.validate()
    assert form.chosen is None
    assert [problem.field_id for problem in form.problems()] == ["place-0"]


def test_no_place_says_what_to_do(token: BoundToken) -> None:
    """Without a chosen place all ways to one are named."""
    form = PlaceForm(posted(token), token=token)
    assert not form.validate()
    assert form.problems() == [
        Problem("place", "Choose a place from the list, or type it another way")
    ]


def test_types_stand_under_their_groups(token: BoundToken) -> None:
    """Groups come in the order of their first type; each input has its own id and its hint."""
    form = TypeForm(token=token, types=TYPES, chosen="3")
    assert [
        (name, [(b.id, b.data, b.checked) for b in group]) for name, group in form.type.groups()
    ] == [
        ("Streets", [("type-0", "1", False), ("type-2", "3", True)]),
        ("Forestry", [("type-1", "2", False)]),
        ("Other", [("type-3", "4", False)]),
    ]
    assert form.type.hints == {"1": "Holes in a road."}
    ungrouped = TypeForm(token=token, types=TYPES[3:])
    assert [name for name, _ in ungrouped.type.groups()] == [""]


def test_a_type_is_one_of_those_offered(token: BoundToken) -> None:
    """The chosen type comes back as a value; one that is not taken here is refused."""
    form = TypeForm(posted(token, type="2"), token=token, types=TYPES)
    assert form.validate()
    assert form.request_type == TYPES[1]
    for value in ("", "5", "<b>"):
        refused = TypeForm(posted(token, type=value), token=token, types=TYPES)
        assert not refused.validate()
        assert refused.request_type is None
        assert [problem.field_id for problem in refused.problems()] == ["type-0"]


def test_the_photo_step_goes_on_by_itself(token: BoundToken) -> None:
    """No photo is no problem."""
    form = PhotoForm(posted(token), token=token)
    assert form.validate()
    assert form.upload is None


def test_a_photo_is_the_file_that_was_sent(token: BoundToken) -> None:
    """A chosen file arrives; the empty part of an untouched input and a text do not."""
    for sent, name in (
        (FileStorage(BytesIO(b"x"), "hole.jpg"), "hole.jpg"),
        (FileStorage(), None),
    ):
        both = CombinedMultiDict([MultiDict({"photo": sent}), posted(token)])
        form = PhotoForm(both, token=token)
        assert form.validate()
        assert (form.upload.filename if form.upload else None) == name
    assert PhotoForm(posted(token, photo="hole.jpg"), token=token).upload is None


def test_the_trap_catches_who_fills_in_everything(token: BoundToken) -> None:
    """A filled trap is told, but validates: the page asks to send once more."""
    person, spaces, machine = (posted(token, subject=value) for value in ("", " ", "Buy now"))
    for sent in (person, spaces, machine):
        assert CheckForm(sent, token=token).validate()
    caught = [filled_by_machine(sent) for sent in (posted(token), person, spaces, machine)]
    assert caught == [False, False, False, True]
    html = CheckForm(person, token=token).subject()
    assert 'tabindex="-1"' in html
    assert 'autocomplete="off"' in html
    assert "<textarea" not in html


def test_an_old_page_can_be_sent_once_more(token: BoundToken) -> None:
    """After hours the form comes back with all that was typed and a token that is good again."""
    late = FormTokens(["key"], clock=lambda: datetime(2026, 11, 21, 15, tzinfo=UTC))
    bound = late.bound("step", "draft")
    typed = posted(token, place=str(MADISON), landmark="by the bus stop")
    form = PlaceForm(typed, token=bound)
    assert not form.validate()
    message = "This page was open for a long time. Check your entries and press Continue again."
    assert form.token_problem == message
    assert form.problems() == [Problem("step", message)]
    assert (form.chosen, form.landmark.data) == (MADISON, "by the bus stop")
    again = posted(token, place=str(MADISON))
    again["csrf_token"] = form.csrf_token.current_token
    assert PlaceForm(again, token=bound).validate()


@pytest.mark.parametrize("sent", ["", "forged", FileStorage(BytesIO(b"x"), "token")])
def test_a_foreign_token_never_raises(token: BoundToken, sent: object) -> None:
    """A missing, made-up or uploaded token is a problem of the form, in the words of its button."""
    form = CheckForm(MultiDict({"csrf_token": sent}), token=token)
    assert not form.validate()
    assert form.token_problem == (
        "We could not tell whether this page came from us. Check your entries and press "
        "Send the report again."
    )


def test_the_token_of_another_draft_is_foreign(token: BoundToken) -> None:
    """What was made for one draft sends no other."""
    other = BoundToken(token.tokens, "step", "another")
    assert not CheckForm(posted(other), token=token).validate()
    assert CheckForm(posted(other), token=other).validate()


def test_a_page_that_is_only_shown_has_no_problems(token: BoundToken) -> None:
    """Before anything was sent nothing is wrong."""
    form = PlaceForm(token=token)
    assert (form.problems(), form.token_problem) == ([], None)
    assert str(form.csrf_token) == (
        f'<input id="csrf_token" name="csrf_token" type="hidden" value="{token.issue()}">'
    )
