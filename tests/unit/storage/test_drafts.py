"""Drafts and their photos: everything comes back, for 24 hours after the last save."""

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from scf_report.domain.draft import Draft
from scf_report.domain.geography import Point
from scf_report.domain.report import Anonymous, Contact, Reporter, SignedIn
from scf_report.domain.report_form import (
    Choice,
    Question,
    QuestionKind,
    ReportForm,
    RequestType,
)
from scf_report.storage.database import Database
from scf_report.storage.drafts import Drafts, purge_drafts
from scf_report.storage.outbox import NewDelivery, Outbox
from scf_report.storage.photos import DraftPhotos, StoredPhoto, outbox_photos, stored_photo
from scf_report.storage.sealing import Sealer
from tests.conftest import Clock
from tests.unit.storage.conftest import ENDPOINT

QUESTION = Question("1", QuestionKind.MULTI, "Parts?", choices=(Choice("a", "Curb"),))
FORM = ReportForm(RequestType("7", "Pothole", keywords=("hole", "road")), (QUESTION,))
PHOTO = StoredPhoto("photo.jpg", "image/jpeg", b"\xff\xd8 a picture")


@pytest.fixture
def drafts(database: Database, sealer: Sealer) -> Drafts:
    """Give the drafts."""
    return Drafts(database, sealer, ENDPOINT)


@pytest.fixture
def photos(database: Database) -> DraftPhotos:
    """Give the photos of drafts."""
    return DraftPhotos(database, ENDPOINT)


def purge(database: Database) -> int:
    """Purge as the worker does."""
    with database.write() as connection:
        return purge_drafts(connection, database.now(connection))


@pytest.mark.parametrize(
    "reporter",
    [
        None,
        Anonymous(),
        Contact("Ann", "Lee", "ann@example.org", "312 555 0100"),
        SignedIn("42", "Ann Lee", hide_name=True),
    ],
)
def test_a_draft_comes_back_as_it_was_saved(drafts: Drafts, reporter: Reporter | None) -> None:
    """Every part of it: place, questions, answers of both shapes, who reports."""
    full = dataclasses.replace(
        drafts.create(),
        point=Point(41.8819, -87.6278),
        address="1200 W Madison St",
        landmark="at the bus stop",
        form=FORM,
        description="A hole",
        answers={"1": ("a", "b"), "2": "text"},
        reporter=reporter,
        photo_name="hole.jpg",
        photo_mark="0123456789abcdef",
        photos_seen=True,
        carried=(("description", "kept"), ("attribute[1][]", "a")),
        wanted_type="7",
    )
    assert drafts.load(full.id) is None
    assert drafts.save(full) == full
    assert drafts.load(full.id) == full


def test_saving_again_replaces_and_keeps_the_beginning(drafts: Drafts, clock: Clock) -> None:
    """The newest save is what is loaded; when it was begun does not change."""
    draft = drafts.save(drafts.create())
    clock.move(minutes=5)
    saved = drafts.save(dataclasses.replace(draft, description="A hole"))
    assert saved.saved_at == clock()
    assert drafts.load(draft.id) == saved
    assert saved.created_at == draft.created_at


def test_ids_cannot_be_guessed(drafts: Drafts) -> None:
    """192 random bits, and a reference that has nothing to do with them."""
    first, second = drafts.create(), drafts.create()
    assert len(first.id) == 32
    assert len({first.id, second.id, str(first.reference), str(second.reference)}) == 4


def test_a_draft_of_another_endpoint_is_none(
    drafts: Drafts, database: Database, sealer: Sealer
) -> None:
    """An id is good for the endpoint that it was made for."""
    draft = drafts.save(drafts.create())
    assert Drafts(database, sealer, "another").load(draft.id) is None


def test_24_hours_begin_with_the_last_save(
    drafts: Drafts, database: Database, photos: DraftPhotos, clock: Clock
) -> None:
    """Kept to the last second, gone afterwards with its photo, whether purged already or not."""
    draft = drafts.save(drafts.create())
    clock.move(hours=23)
    drafts.save(draft)
    photos.put(draft.id, PHOTO)
    clock.move(hours=24)
    assert purge(database) == 0
    assert drafts.load(draft.id) is not None
    clock.move(seconds=1)
    assert drafts.load(draft.id) is None
    assert photos.get(draft.id) == PHOTO
    assert purge(database) == 1
    assert photos.get(draft.id) is None


def test_a_draft_has_one_photo(drafts: Drafts, photos: DraftPhotos) -> None:
    """A second one takes its place; without one there is none."""
    draft = drafts.save(drafts.create())
    assert photos.get(draft.id) is None
    photos.put(draft.id, PHOTO)
    other = dataclasses.replace(PHOTO, data=b"another picture")
    photos.put(draft.id, other)
    assert photos.get(draft.id) == other
    photos.remove(draft.id)
    photos.remove(draft.id)
    assert photos.get(draft.id) is None


def test_a_photo_sent_twice_at_once_is_one(drafts: Drafts, photos: DraftPhotos) -> None:
    """A double click on "upload" is no error, and leaves one whole photo."""
    draft = drafts.save(drafts.create())
    pictures = [dataclasses.replace(PHOTO, data=bytes([n]) * 1000) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda picture: photos.put(draft.id, picture), pictures))
    assert photos.get(draft.id) in pictures


def test_a_submit_takes_the_photo_along(
    drafts: Drafts,
    database: Database,
    photos: DraftPhotos,
    outbox: Outbox,
    new: Callable[..., NewDelivery],
    clock: Clock,
) -> None:
    """It is copied with the report, and neither a new photo nor the purge touches the copy."""
    draft: Draft = drafts.save(drafts.create())
    photos.put(draft.id, PHOTO)
    outbox.enqueue(new(draft.id), "192.0.2.7")
    photos.put(draft.id, dataclasses.replace(PHOTO, data=b"another picture"))
    clock.move(hours=25)
    assert purge(database) == 1
    with database.read() as connection:
        row = connection.execute(outbox_photos.select()).mappings().one()
    assert row["outbox_id"] == draft.id
    assert stored_photo(row) == PHOTO
