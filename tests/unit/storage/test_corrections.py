"""A correction takes its report's place in one update, and nobody comes between."""

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from scf_report.domain.delivery import CHANGEABLE, Numbering, State
from scf_report.domain.draft import Draft
from scf_report.domain.geography import Point
from scf_report.domain.report_form import ReportForm, RequestType
from scf_report.storage.claim import Claim
from scf_report.storage.claims import Claims
from scf_report.storage.corrections import Corrected, Corrections, copy_id
from scf_report.storage.database import Database
from scf_report.storage.drafts import Drafts, purge_drafts
from scf_report.storage.outbox import NewDelivery, Outbox, outbox as table
from scf_report.storage.photos import DraftPhotos, StoredPhoto, outbox_photos
from scf_report.storage.retention import forget_now
from scf_report.storage.sealing import Sealer
from scf_report.storage.submit_limit import SubmitLimit
from tests.conftest import Clock
from tests.unit.storage.conftest import ENDPOINT

FORM = ReportForm(RequestType("7", "Pothole"))
PHOTO = StoredPhoto("photo.jpg", "image/jpeg", b"first")


@pytest.fixture
def drafts(database: Database, sealer: Sealer) -> Drafts:
    """Give the drafts."""
    return Drafts(database, sealer, ENDPOINT)


@pytest.fixture
def corrections(database: Database, sealer: Sealer) -> Corrections:
    """Give what changes reports."""
    return Corrections(database, sealer, ENDPOINT)


@pytest.fixture
def sent(
    database: Database, drafts: Drafts, outbox: Outbox, new: Callable[..., NewDelivery]
) -> Callable[[], Draft]:
    """Submit a draft with a photo."""

    def submit() -> Draft:
        draft = drafts.save(
            dataclasses.replace(drafts.create(), description="A hole", form=FORM)
        )
        DraftPhotos(database, ENDPOINT).put(draft.id, PHOTO)
        outbox.enqueue(new(draft.id), "192.0.2.7")
        return draft

    return submit


@pytest.fixture
def correct(
    corrections: Corrections, outbox: Outbox, new: Callable[..., NewDelivery]
) -> Callable[..., Corrected]:
    """Prepare a correction of a report as it is kept now."""

    def prepare(outbox_id: str, words: str = "A deeper hole") -> Corrected:
        [row] = [row for row in outbox.list() if row["id"] == outbox_id]
        fields = (("service_code", "8"), ("description", words))
        public = dataclasses.replace(new().public, text=words, photos=0)
        point = Point(41.9, -87.7)
        return Corrected(
            outbox_id=outbox_id,
            kept=row["payload"],
            attempts=row["attempts"],
            service_code="8",
            numbering=Numbering.AT_ONCE,
            fields=fields,
            public=public,
            point=point,
        )

    return prepare


def put(database: Database, **values: object) -> None:
    """Set columns of all rows."""
    with database.write() as connection:
        connection.execute(table.update().values(**values))


def photos(database: Database) -> list[bytes]:
    """Read the photos that will be sent."""
    with database.read() as connection:
        return list(connection.execute(sa.select(outbox_photos.c.data)).scalars())


def claimed(claims: Claims) -> Claim:
    """Claim a report; the upstream is asked first if need be."""
    claims.record_probe(answered=True, jitter=0.5)
    claim = claims.claim()
    assert isinstance(claim, Claim)
    return claim


def test_worker_gets_the_correction(
    database: Database,
    sent: Callable[[], Draft],
    corrections: Corrections,
    correct: Callable[..., Corrected],
    worker: Callable[[str], Claims],
) -> None:
    """Fields, place, kind and photo are those of the correction, all of them."""
    draft = sent()
    assert corrections.begin(draft.id)
    DraftPhotos(database, ENDPOINT).put(
        copy_id(draft.id), dataclasses.replace(PHOTO, data=b"second")
    )
    assert corrections.save(correct(draft.id))
    claim = claimed(worker("one"))
    assert dict(claim.fields)["description"] == "A deeper hole"
    assert (claim.service_code, claim.point) == ("8", Point(41.9, -87.7))
    assert claim.photo is not None
    assert claim.photo.data == b"second"


def test_copy_holds_what_was_sent(
    database: Database,
    sent: Callable[[], Draft],
    drafts: Drafts,
    corrections: Corrections,
    clock: Clock,
) -> None:
    """A copy has entries and photo, is made once, outlives the draft, and ends after 24 hours."""
    draft = sent()
    clock.move(hours=25)
    with database.write() as connection:
        assert purge_drafts(connection, database.now(connection)) == 1
    assert corrections.begin(draft.id)
    copy = drafts.load(copy_id(draft.id))
    assert copy is not None
    assert (copy.description, copy.reference) == ("A hole", draft.reference)
    assert DraftPhotos(database, ENDPOINT).get(copy.id) == PHOTO
    drafts.save(dataclasses.replace(copy, description="Changed"))
    DraftPhotos(database, ENDPOINT).remove(copy.id)
    assert corrections.begin(draft.id)
    again = drafts.load(copy.id)
    assert again is not None
    assert again.description == "Changed"
    assert DraftPhotos(database, ENDPOINT).get(copy.id) is None
    clock.move(hours=25)
    assert drafts.load(copy.id) is None
    assert corrections.begin(draft.id)
    fresh = drafts.load(copy.id)
    assert fresh is not None
    assert fresh.description == "A hole"


@pytest.mark.parametrize("state", State)
def test_states_that_may_be_changed(
    database: Database,
    sent: Callable[[], Draft],
    outbox: Outbox,
    corrections: Corrections,
    correct: Callable[..., Corrected],
    state: State,
) -> None:
    """In the changeable states a correction takes; only what has stopped is then due anew."""
    draft = sent()
    assert corrections.begin(draft.id)
    put(database, state=state.value, due=None, reasons=[{"message": "no", "field": None}])
    saved = corrections.save(correct(draft.id))
    [row] = outbox.list()
    assert saved is (state in CHANGEABLE)
    if state in {State.REJECTED, State.NEEDS_SIGN_IN}:
        assert (row["state"], row["settled_at"]) == ("queued", None)
        assert row["due"] is not None
    else:
        assert (row["state"], row["due"]) == (state.value, None)
    assert (row["reasons"] == []) is saved
    assert (photos(database) == [b"first"]) or saved


def test_a_correction_by_its_person_still_waits_for_them(
    database: Database,
    sent: Callable[[], Draft],
    outbox: Outbox,
    corrections: Corrections,
    correct: Callable[..., Corrected],
) -> None:
    """Nothing is sent without a sign-in, until the report is made to go without an account."""
    draft = sent()
    put(database, state="needs_sign_in", due=None, api="apiv2", person_id="7")
    assert corrections.begin(draft.id)
    assert corrections.save(dataclasses.replace(correct(draft.id), person_id="7"))
    [row] = outbox.list()
    assert (row["state"], row["api"], row["person_id"]) == ("needs_sign_in", "apiv2", "7")
    assert corrections.begin(draft.id)
    assert corrections.save(correct(draft.id))
    [row] = outbox.list()
    assert (row["state"], row["api"], row["person_id"]) == ("queued", "open311", None)


@pytest.mark.parametrize(
    "since", [{"attempts": 1}, {"owner": "one"}, {"payload": "another"}, {"forgotten": True}]
)
def test_whoever_came_first_wins(
    database: Database,
    sent: Callable[[], Draft],
    drafts: Drafts,
    corrections: Corrections,
    correct: Callable[..., Corrected],
    since: dict[str, object],
) -> None:
    """After a try, under a worker, after another correction or a deletion nothing is changed."""
    draft = sent()
    assert corrections.begin(draft.id)
    corrected = correct(draft.id)
    put(database, **since)
    assert not corrections.save(corrected)
    assert photos(database) == [b"first"]
    assert drafts.load(copy_id(draft.id)) is not None


def test_nothing_is_begun_without_entries(
    outbox: Outbox,
    database: Database,
    sealer: Sealer,
    sent: Callable[[], Draft],
    new: Callable[..., NewDelivery],
    corrections: Corrections,
) -> None:
    """A report whose data is deleted, or that was sent before entries were kept, cannot be changed."""
    draft = sent()
    assert corrections.form_of(draft.id) == FORM
    put(database, state="rejected")
    assert forget_now(database, sealer, draft.id)
    outbox.enqueue(new("old"), "192.0.2.7")
    for outbox_id in (draft.id, "old"):
        assert corrections.form_of(outbox_id) is None
        assert not corrections.begin(outbox_id)


def test_held_report_goes_when_its_time_is_over(
    database: Database,
    sealer: Sealer,
    limit: SubmitLimit,
    new: Callable[..., NewDelivery],
    worker: Callable[[str], Claims],
    clock: Clock,
) -> None:
    """Until the end of its window nobody claims it; then it is sent like any other."""
    holding = Outbox(database, sealer, ENDPOINT, limit, hold=timedelta(minutes=10))
    holding.enqueue(new(), "192.0.2.7")
    claims = worker("one")
    claims.record_probe(answered=True, jitter=0.5)
    clock.move(minutes=9, seconds=59)
    assert not isinstance(claims.claim(), Claim)
    clock.move(seconds=1)
    assert claimed(claims).attempt == 1


def test_saving_and_claiming_at_once(
    open_database: Callable[..., Database],
    database: Database,
    sealer: Sealer,
    sent: Callable[[], Draft],
    correct: Callable[..., Corrected],
    corrections: Corrections,
    worker: Callable[[str], Claims],
) -> None:
    """Whatever comes first, the worker sends the old report or the new one, whole."""
    other = Corrections(open_database(), sealer, ENDPOINT)
    claims = worker("one")
    for _round in range(8):
        draft = sent()
        assert corrections.begin(draft.id)
        DraftPhotos(database, ENDPOINT).remove(copy_id(draft.id))
        corrected = correct(draft.id)
        claims.record_probe(answered=True, jitter=0.5)
        start = Barrier(2)

        def save(corrected: Corrected = corrected, start: Barrier = start) -> bool:
            start.wait()
            return other.save(corrected)

        with ThreadPoolExecutor(1) as pool:
            saving = pool.submit(save)
            start.wait()
            claim = claims.claim()
            saved = saving.result()
        if not isinstance(claim, Claim):  # the row was just being changed
            claim = claimed(claims)
        words = dict(claim.fields)["description"]
        assert (words == "A deeper hole") is saved
        assert (claim.photo is None) is saved
        put(database, state="withdrawn")


def test_same_correction_saved_twice_at_once(
    open_database: Callable[..., Database],
    database: Database,
    sealer: Sealer,
    sent: Callable[[], Draft],
    correct: Callable[..., Corrected],
    corrections: Corrections,
) -> None:
    """Of two presses one saves; the photo and the entries are there afterwards."""
    for _round in range(4):
        draft = sent()
        assert corrections.begin(draft.id)
        corrected = correct(draft.id)
        stores = [Corrections(open_database(), sealer, ENDPOINT) for _tab in range(2)]
        start = Barrier(2)

        def save(
            store: Corrections, corrected: Corrected = corrected, start: Barrier = start
        ) -> bool:
            start.wait()
            return store.save(corrected)

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(save, stores)) == [False, True]
        assert corrections.form_of(draft.id) == FORM
        assert photos(database) == [b"first"]
        with database.write() as connection:
            connection.execute(table.delete())
