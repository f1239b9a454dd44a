"""The steps before sending: every verb stores the draft, and says when the upstream is missing."""

import dataclasses
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from scf_report.domain.draft import Draft, Step
from scf_report.domain.geography import Point
from scf_report.domain.report import Anonymous, Contact
from scf_report.domain.report_form import RequestType
from scf_report.storage.photos import DraftPhotos
from scf_report.usecases.errors import AlreadySentError, DraftGoneError, UpstreamAwayError
from scf_report.usecases.fill_draft import FillDraft
from scf_report.usecases.keep_photo import LONGEST_NAME, KeepPhoto, PhotoRefused
from tests.unit.usecases.conftest import DEAD_ANIMAL, MADISON, Desk, types_at

MARKET = Point(37.784, -122.407)
"""In San Francisco, where Chicago's kinds of problem cannot be reported."""


@pytest.fixture
def fill(desk: Desk) -> FillDraft:
    """Give the steps."""
    return filler(desk)


def filler(desk: Desk) -> FillDraft:
    """Make the steps of a desk."""
    core = desk.core
    types = core.types()
    return FillDraft(core.drafts, core.outbox, types)


@pytest.fixture
def keep(desk: Desk) -> KeepPhoto:
    """Give the photo step."""
    return KeepPhoto(desk.core.drafts, DraftPhotos(desk.core.database, desk.core.endpoint.name))


def kind(fill: FillDraft, code: str) -> RequestType:
    """Find a kind of problem at Madison St."""
    return next(found for found in types_at(fill, MADISON) if found.code == code)


def picture() -> bytes:
    """Make a small photo."""
    out = BytesIO()
    Image.new("RGB", (64, 48), "gray").save(out, "JPEG")
    return out.getvalue()


def test_every_step_is_stored(fill: FillDraft, keep: KeepPhoto) -> None:
    """Place, kind, details, photo and contact: after each the stored draft is the returned one."""
    draft = fill.start(wanted_type=DEAD_ANIMAL, carried=(("description", "kept"),))
    assert draft.wanted_type == DEAD_ANIMAL

    def stored(saved: Draft, following: Step) -> Draft:
        assert fill.open(draft.id) == saved
        assert saved.first_missing() is following
        return saved

    draft = stored(fill.save_place(draft, MADISON, "1200 W Madison St", ""), Step.TYPE)
    draft = stored(fill.choose_type(draft, kind(fill, DEAD_ANIMAL)), Step.DETAILS)
    draft = stored(fill.save_details(draft, "Dead squirrel", {"1": "a"}), Step.PHOTOS)
    draft = stored(keep.keep(draft, "squirrel.jpg", picture()), Step.PHOTOS)
    draft = stored(fill.pass_photos(draft), Step.CONTACT)
    draft = stored(fill.save_reporter(draft, Contact(email="ann@example.org")), Step.CHECK)
    assert draft.photo_name == "squirrel.jpg"
    assert draft.carried == (("description", "kept"),)


def test_an_unknown_draft_is_gone(fill: FillDraft, desk: Desk) -> None:
    """So is one whose 24 hours are over."""
    with pytest.raises(DraftGoneError):
        fill.open("made up")
    draft = fill.start()
    desk.clock.move(hours=24, seconds=1)
    with pytest.raises(DraftGoneError):
        fill.open(draft.id)


def test_a_sent_draft_says_so_even_when_it_is_purged(fill: FillDraft, desk: Desk) -> None:
    """Its receipt stays, whatever becomes of the draft."""
    desk.submit()
    [row] = desk.core.outbox.list()
    for _ in range(2):
        with pytest.raises(AlreadySentError):
            fill.open(row["id"])
        desk.clock.move(hours=25)
        desk.core.tidy().run()


def test_a_new_place_keeps_the_kind_where_it_can(fill: FillDraft) -> None:
    """Around the corner it stays; in another city it goes, and is offered again if it comes back."""
    draft = fill.save_place(fill.start(), MADISON, "1200 W Madison St", "")
    draft = fill.choose_type(draft, kind(fill, DEAD_ANIMAL))
    near = fill.save_place(draft, Point(41.8815, -87.6570), "1204 W Madison St", "door")
    assert near.form == draft.form
    same = fill.save_place(near, Point(41.8815, -87.6570), "1204", "")
    assert same.form == draft.form
    far = fill.save_place(near, MARKET, "Market St", "")
    assert (far.form, far.wanted_type) == (None, DEAD_ANIMAL)


def test_a_kind_needs_a_place(fill: FillDraft) -> None:
    """Asking before is the caller's mistake."""
    with pytest.raises(ValueError, match="place"):
        fill.choose_type(fill.start(), RequestType(DEAD_ANIMAL, "Dead animal"))


def test_what_is_known_serves_while_the_city_is_down(fill: FillDraft, desk: Desk) -> None:
    """Kinds and questions read before are kept; others say that the city is away."""
    draft = fill.save_place(fill.start(), MADISON, "1200 W Madison St", "")
    known = types_at(fill, MADISON)
    questions = fill.choose_type(draft, kind(fill, "10101")).form
    desk.turn(fault="down")
    desk.clock.move(hours=1)
    assert types_at(fill, MADISON) == known
    assert fill.choose_type(draft, kind(fill, "10101")).form == questions
    with pytest.raises(UpstreamAwayError) as caught:
        fill.choose_type(draft, kind(fill, "10104"))
    assert caught.value.retry_seconds is None
    with pytest.raises(UpstreamAwayError):
        types_at(fill, MARKET)


def test_a_spent_budget_says_when(make_desk: Callable[..., Desk]) -> None:
    """Then the page can say when to try again."""
    desk = make_desk(upstream_rate="1/60", same_type_ids=False)
    fill = filler(desk)
    types_at(fill, MADISON)
    with pytest.raises(UpstreamAwayError) as caught:
        types_at(fill, MARKET)
    assert caught.value.retry_seconds == 61.0


def test_a_photo_is_kept_cleaned_under_the_name_it_had(
    keep: KeepPhoto, fill: FillDraft
) -> None:
    """Shown by its own short name, sent as photo.jpg, and gone when it is let go."""
    draft = fill.start()
    assert keep.show(draft) is None
    for name, shown in (
        ("C:\\pictures\\hole.jpg", "hole.jpg"),
        ("/sdcard/a/b.jpg", "b.jpg"),
        ("  ", "photo"),
        ("x" * 500, "x" * LONGEST_NAME),
    ):
        draft = keep.keep(draft, name, picture())
        assert draft.photo_name == shown
    photo = keep.show(draft)
    assert photo is not None
    assert (photo.name, photo.content_type) == ("photo.jpg", "image/jpeg")
    draft = keep.remove(draft)
    assert (draft.photo_name, keep.show(draft)) == (None, None)


def test_a_photo_that_is_refused_changes_nothing(keep: KeepPhoto, fill: FillDraft) -> None:
    """The earlier one and the draft stay."""
    draft = keep.keep(fill.start(), "hole.jpg", picture())
    before = keep.show(draft)
    with pytest.raises(PhotoRefused):
        keep.keep(draft, "other.jpg", b"no picture")
    assert keep.show(draft) == before
    assert fill.open(draft.id) == draft


def test_a_photo_reaches_the_city(keep: KeepPhoto, desk: Desk) -> None:
    """What was kept with the draft goes out with the report."""
    draft = keep.keep(desk.draft(), "squirrel.jpg", picture())
    submit = desk.submitter()
    submit.submit(
        draft,
        submit.checker.check(draft).digest,
        address="192.0.2.7",
        now=desk.clock(),
        looks_automatic=False,
    )
    desk.work()
    [record] = desk.city()
    assert record["media_url"]
    assert dataclasses.replace(draft, reporter=Anonymous()) == draft


def test_place_and_kind_are_kept_while_the_upstream_is_away(
    desk: Desk, fill: FillDraft
) -> None:
    """A move is stored and keeps its kind; a chosen kind stands chosen when its questions come again."""
    types = types_at(fill, MADISON)
    draft = fill.save_place(fill.start(), MADISON, "1200 W Madison St", "")
    chosen = fill.choose_type(draft, kind(fill, DEAD_ANIMAL))
    desk.turn(fault="down")
    moved = fill.save_place(chosen, Point(41.9, -87.65), "1600 N Halsted St", "")
    assert fill.open(moved.id).form == chosen.form
    with pytest.raises(UpstreamAwayError):
        fill.choose_type(draft, next(found for found in types if found.code == "10101"))
    kept = fill.open(draft.id)
    assert (kept.wanted_type, kept.form) == ("10101", None)
