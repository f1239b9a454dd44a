"""One row in one worker's hands at a time: order, leases, owners, and nothing sent blindly."""

import dataclasses
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from scf_report.domain.api_choice import Api
from scf_report.domain.delivery import (
    LEASE,
    SETTLE_TIME,
    TOTAL_DEADLINE,
    Next,
    Numbering,
    Refusal,
    Share,
    State,
)
from scf_report.storage.budget import UpstreamBudget
from scf_report.storage.claim import Claim, Idle, Probe, Unreadable, Work
from scf_report.storage.claims import LEARN_AFTER, POLL_SECONDS, Claims
from scf_report.storage.database import Database
from scf_report.storage.drafts import Drafts
from scf_report.storage.outbox import NewDelivery, Outbox, outbox as table
from scf_report.storage.photos import DraftPhotos, StoredPhoto
from scf_report.storage.sealing import Sealer
from scf_report.storage.seen import SeenTypes
from tests.conftest import Clock
from tests.unit.storage.conftest import ENDPOINT, HOST

Workers = Callable[[str], Claims]
New = Callable[..., NewDelivery]


@pytest.fixture
def a(worker: Workers, database: Database, budget: UpstreamBudget) -> Claims:
    """Give a worker that has heard from the upstream just now."""
    hear(database, budget)
    return worker("a")


def hear(database: Database, budget: UpstreamBudget) -> None:
    """Let the upstream have answered just now."""
    with database.write() as connection:
        budget.answered(connection)


def put(outbox: Outbox, new: New, *ids: str) -> None:
    """Submit reports."""
    for each in ids:
        outbox.enqueue(new(each), each)


def change(database: Database, draft_id: str, **values: object) -> None:
    """Change a row behind everybody's back."""
    with database.write() as connection:
        connection.execute(table.update().where(table.c.id == draft_id).values(**values))


def row(database: Database, draft_id: str) -> dict[str, object]:
    """Read a row."""
    with database.read() as connection:
        query = sa.select(table).where(table.c.id == draft_id)
        return dict(connection.execute(query).mappings().one())


def claimed(work: object) -> Claim:
    """Tell that there was something to do."""
    assert isinstance(work, Claim), work
    return work


def accepted(claims: Claims, claim: Claim, number: str = "1") -> bool:
    """Record that a claim ended well."""
    return claims.record(
        claim, Next(State.ACCEPTED, upstream_id=number), answered=True, jitter=0
    )


def test_an_idle_worker_waits_a_moment(a: Claims) -> None:
    """Nothing to do is 0.3 seconds."""
    assert a.claim() == Idle(POLL_SECONDS)
    assert POLL_SECONDS == 0.3


def test_an_idle_worker_never_takes_the_write_lock(
    a: Claims,
    outbox: Outbox,
    new: New,
    database: Database,
    open_database: Callable[..., Database],
    budget: UpstreamBudget,
    clock: Clock,
) -> None:
    """Neither with an empty outbox nor while the upstream is known to be away."""
    stranger, asked = open_database(), list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    for engine in {database.engine, database.writer}:
        sa.event.listen(engine, "before_cursor_execute", note)
    with stranger.write():
        assert a.claim() == Idle(POLL_SECONDS)
    put(outbox, new, "waits")
    with database.write() as connection:
        budget.failed(connection, 0.5)
    asked.clear()
    with stranger.write():
        assert a.claim() == Idle(POLL_SECONDS)
    assert asked
    assert all(each.startswith("SELECT") and "FOR UPDATE" not in each for each in asked)
    clock.move(seconds=20)
    assert isinstance(a.claim(), Probe)


def test_the_one_that_waits_longest_comes_first(
    a: Claims, outbox: Outbox, new: New, clock: Clock
) -> None:
    """In the order in which they are due, each once."""
    for each in ("first", "second", "third"):
        put(outbox, new, each)
        clock.move(seconds=1)
    assert [claimed(a.claim()).id for _ in range(3)] == ["first", "second", "third"]
    assert a.claim() == Idle(POLL_SECONDS)


def test_a_claim_carries_what_was_saved(
    a: Claims, outbox: Outbox, new: New, database: Database, sealer: Sealer, clock: Clock
) -> None:
    """The very fields and the photo, and a lease with a whole deadline and 30 seconds more."""
    drafts = Drafts(database, sealer, ENDPOINT)
    draft = drafts.save(drafts.create())
    photo = StoredPhoto("photo.jpg", "image/jpeg", b"\xff\xd8")
    DraftPhotos(database, ENDPOINT).put(draft.id, photo)
    submit = new(draft.id)
    outbox.enqueue(submit, "192.0.2.7")
    claim = claimed(a.claim())
    assert (claim.work, claim.attempt) == (Work.SEND, 1)
    assert claim.fields == submit.fields
    assert claim.photo == photo
    assert claim.reference == submit.reference
    assert (claim.point.latitude, claim.point.longitude) == (41.88, -87.65)
    assert claim.lease_until == clock() + TOTAL_DEADLINE + timedelta(seconds=30)
    assert row(database, draft.id)["state"] == "sending"


def test_many_workers_never_get_the_same_row(
    worker: Workers, outbox: Outbox, new: New, database: Database, budget: UpstreamBudget
) -> None:
    """Eight workers that claim at once share twelve reports without a rest."""
    hear(database, budget)
    put(outbox, new, *(f"{number}" for number in range(12)))

    def take(number: int) -> list[str]:
        claims, ids = worker(f"w{number}"), []
        while isinstance(claim := claims.claim(), Claim):
            ids.append(claim.id)
        return ids

    with ThreadPoolExecutor(8) as pool:
        ids = [each for taken in pool.map(take, range(8)) for each in taken]
    assert sorted(ids) == sorted(f"{number}" for number in range(12))


def test_a_lease_that_runs_out_is_doubt(
    a: Claims, worker: Workers, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """A worker that died while sending is followed by a look-up, never by a second POST."""
    put(outbox, new, "lost")
    first = claimed(a.claim())
    clock.moment = first.lease_until - timedelta(microseconds=1)
    assert isinstance(worker("b").claim(), Idle)
    clock.moment = first.lease_until
    second = claimed(worker("b").claim())
    assert (second.work, second.attempt, second.look_ups) == (Work.LOOK_UP, 1, 1)
    assert second.doubt.lease_ended_at == first.lease_until
    assert row(database, "lost")["state"] == "uncertain"


def test_a_former_owner_records_nothing(
    a: Claims, worker: Workers, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """What a worker that was thought dead says later is refused, whatever it does."""
    put(outbox, new, "taken over")
    late = claimed(a.claim())
    clock.move(seconds=91)
    now = claimed(worker("b").claim())
    before = row(database, "taken over")
    assert accepted(a, late) is False
    a.give_back(late)
    assert row(database, "taken over") == before
    assert accepted(worker("b"), now, "2") is True
    assert accepted(worker("b"), now, "3") is False
    assert row(database, "taken over")["upstream_id"] == "2"


def test_a_lease_that_was_given_up_is_nobodys(
    a: Claims,
    worker: Workers,
    outbox: Outbox,
    new: New,
    database: Database,
    budget: UpstreamBudget,
    clock: Clock,
) -> None:
    """Even while the look-up that has to follow still waits for the budget."""
    put(outbox, new, "row")
    late = claimed(a.claim())
    clock.moment += LEASE
    for _ in range(20):
        budget.take(HOST, Share.DELIVERY)
    assert isinstance(worker("b").claim(), Idle)
    assert accepted(a, late) is False
    assert row(database, "row")["state"] == "uncertain"


def test_an_older_look_up_records_nothing(
    a: Claims, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """Even of the same worker: each look at a row has a number of its own."""
    put(outbox, new, "row")
    a.claim()
    clock.moment += LEASE
    slow = claimed(a.claim())
    clock.moment += LEASE
    newer = claimed(a.claim())
    assert a.record(slow, Next(State.UNDECIDED), answered=True, jitter=0) is False
    assert a.record(newer, Next(State.UNCERTAIN, clock()), answered=True, jitter=0) is True


def test_too_little_of_the_lease_gives_the_row_back(
    a: Claims, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """With less than a whole deadline left it is not sent, and that was no attempt."""
    put(outbox, new, "row")
    claim = claimed(a.claim())
    clock.moment = claim.lease_until - TOTAL_DEADLINE
    assert a.has_time(claim)
    clock.move(microseconds=1)
    assert not a.has_time(claim)
    a.give_back(claim)
    back = row(database, "row")
    assert (back["state"], back["attempts"], back["owner"]) == ("queued", 0, None)
    assert claimed(a.claim()).attempt == 1


def test_the_call_is_taken_with_the_claim(
    a: Claims,
    outbox: Outbox,
    new: New,
    database: Database,
    budget: UpstreamBudget,
    clock: Clock,
) -> None:
    """Without a call in the budget nothing is claimed, and the wait is never longer than a second."""
    put(outbox, new, "row")
    for _ in range(20):
        budget.take(HOST, Share.DELIVERY)
    assert a.claim() == Idle(1.0)
    assert row(database, "row")["state"] == "queued"
    clock.move(seconds=60.9)
    hear(database, budget)
    idle = a.claim()
    assert isinstance(idle, Idle)
    assert 0 < idle.seconds <= 0.11
    clock.move(seconds=0.2)
    claimed(a.claim())
    assert [budget.take(HOST, Share.DELIVERY) for _ in range(19)] == [0.0] * 19
    assert budget.take(HOST, Share.DELIVERY) > 0


def test_after_a_silent_minute_one_worker_asks_first(
    worker: Workers, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """One probes, the others wait; after a good answer the report goes out at once."""
    put(outbox, new, "row")
    probe = worker("a").claim()
    assert isinstance(probe, Probe)
    assert (probe.point.latitude, probe.point.longitude) == (41.88, -87.65)
    assert isinstance(worker("b").claim(), Idle)
    worker("a").record_probe(answered=True, jitter=0.5)
    claimed(worker("b").claim())


def test_a_prober_that_dies_holds_nobody_up_for_long(
    worker: Workers, outbox: Outbox, new: New, clock: Clock
) -> None:
    """After 15 seconds the next worker asks."""
    put(outbox, new, "row")
    assert isinstance(worker("a").claim(), Probe)
    clock.move(seconds=15)
    assert isinstance(worker("b").claim(), Probe)


def test_nobody_asks_without_a_call_in_the_budget(
    worker: Workers,
    outbox: Outbox,
    new: New,
    database: Database,
    budget: UpstreamBudget,
    clock: Clock,
) -> None:
    """A spent budget is not taken for an upstream that is away."""
    for _ in range(20):
        budget.take(HOST, Share.DELIVERY)
    put(outbox, new, "row")
    assert worker("a").claim() == Idle(1.0)
    with database.read() as connection:
        assert budget.not_before(connection) is None


def test_an_upstream_that_is_away_costs_no_attempt(
    worker: Workers, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """Reports wait longer and longer, uncounted, and are asked about one at a time."""
    put(outbox, new, "row", "other")
    for wait in (20, 40, 80):
        assert isinstance(worker("a").claim(), Probe)
        worker("a").record_probe(answered=False, jitter=0.5)
        clock.move(seconds=wait - 1)
        assert isinstance(worker("a").claim(), Idle)
        clock.move(seconds=1)
    assert row(database, "row")["attempts"] == 0


def test_a_list_that_cannot_be_read_does_not_hold_deliveries_back(
    a: Claims, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """However many look-ups fail, reports are only preceded by the question whether the upstream is up."""
    put(outbox, new, *(f"doubt {number}" for number in range(4)))
    for number in range(4):
        change(
            database,
            f"doubt {number}",
            state="uncertain",
            attempts=1,
            last_attempt_at=clock(),
            lease_until=clock(),
        )
    put(outbox, new, "fresh")
    clock.move(seconds=1)
    for _ in range(4):
        claim = claimed(a.claim())
        assert claim.work is Work.LOOK_UP
        later = Next(State.UNCERTAIN, clock() + timedelta(minutes=30))
        a.record(claim, later, answered=False, jitter=0.5)
    assert isinstance(a.claim(), Probe)
    a.record_probe(answered=True, jitter=0.5)
    assert claimed(a.claim()).id == "fresh"


def test_a_look_up_begins_only_with_room_for_its_pages(
    a: Claims,
    outbox: Outbox,
    new: New,
    database: Database,
    budget: UpstreamBudget,
    clock: Clock,
) -> None:
    """With less it would read its first page again and again, and nobody would get on."""
    put(outbox, new, "doubt")
    change(
        database,
        "doubt",
        state="uncertain",
        attempts=1,
        last_attempt_at=clock(),
        lease_until=clock(),
    )
    for _ in range(20):
        budget.take(HOST, Share.DELIVERY)
        clock.move(seconds=1)
    clock.move(seconds=61 - 20 + 3 - 2)  # two are free
    assert isinstance(a.claim(), Idle)
    clock.move(seconds=1)
    assert claimed(a.claim()).work is Work.LOOK_UP


FIRST, OTHER = "the first secret of this installation", "another secret of this installation"


@pytest.mark.parametrize(
    "broken",
    [
        Sealer([OTHER]).seal({}),
        "no seal",
        Sealer([FIRST]).seal({"point": [41, -87]}),
        Sealer([FIRST]).seal({"fields": [], "point": [99, 0]}),
        Sealer([FIRST]).seal(None),
    ],
    ids=["another key", "no seal", "no fields", "nowhere", "nothing"],
)
def test_a_row_that_cannot_be_read_waits_aside(
    a: Claims, outbox: Outbox, new: New, database: Database, clock: Clock, broken: str
) -> None:
    """The others go on; when it can be read again it is delivered, too."""
    submit = new("sealed otherwise")
    outbox.enqueue(submit, "192.0.2.7")
    kept = row(database, submit.draft_id)["payload"]
    change(database, submit.draft_id, payload=broken)
    clock.move(seconds=1)
    put(outbox, new, "mine")
    assert a.claim() == Unreadable(submit.reference)
    assert claimed(a.claim()).id == "mine"
    assert isinstance(a.claim(), Idle)
    assert row(database, submit.draft_id)["state"] == "queued"
    change(database, submit.draft_id, payload=kept)
    clock.move(minutes=30)
    while not isinstance(claim := a.claim(), Claim) or claim.id == "mine":
        a.record_probe(answered=True, jitter=0)
    assert claim.id == submit.draft_id


def test_withdrawing_and_claiming_exclude_each_other(
    worker: Workers, outbox: Outbox, new: New, database: Database, budget: UpstreamBudget
) -> None:
    """In a race exactly one of the two has it, every time."""
    hear(database, budget)
    for number in range(10):
        put(outbox, new, str(number))
        claims = worker("a")
        with ThreadPoolExecutor(2) as pool:
            withdrawn = pool.submit(outbox.withdraw, str(number))
            claim = pool.submit(claims.claim).result()
        assert withdrawn.result() is not isinstance(claim, Claim)
        state = row(database, str(number))["state"]
        assert state == ("withdrawn" if withdrawn.result() else "sending")


def test_what_was_begun_cannot_be_withdrawn(a: Claims, outbox: Outbox, new: New) -> None:
    """From the claim on it may be upstream already."""
    put(outbox, new, "row")
    claim = claimed(a.claim())
    assert outbox.withdraw("row") is False
    a.give_back(claim)
    assert outbox.withdraw("row") is True
    assert isinstance(a.claim(), Idle)


def test_an_outcome_is_written_down_whole(
    a: Claims, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """State, number, notice and when it was settled; nobody owns it any more."""
    put(outbox, new, "row")
    claim = claimed(a.claim())
    clock.move(seconds=2)
    result = Next(State.ACCEPTED, upstream_id="4711", notice="Thank you")
    assert a.record(claim, result, answered=True, jitter=0)
    found = row(database, "row")
    assert (found["state"], found["upstream_id"], found["notice"], found["owner"]) == (
        "accepted",
        "4711",
        "Thank you",
        None,
    )
    assert found["settled_at"] == clock()
    assert found["due"] == clock() + LEARN_AFTER


def test_reasons_of_an_earlier_refusal_end_with_the_next_attempt(
    a: Claims, worker: Workers, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """A worker that dies in the second attempt leaves a doubt, not the first attempt's refusal."""
    put(outbox, new, "row")
    refusal = Refusal("is too vague", "description")
    claim = claimed(a.claim())
    a.record(claim, Next(State.REJECTED, reasons=(refusal,)), answered=True, jitter=0)
    assert row(database, "row")["reasons"] == [dataclasses.asdict(refusal)]
    assert outbox.retry("row")
    claimed(a.claim())
    clock.moment += LEASE
    assert claimed(worker("b").claim()).doubt.reasons == ()


def test_reasons_of_a_duplicate_refusal_stay_while_it_is_looked_up(
    a: Claims, outbox: Outbox, new: New, clock: Clock
) -> None:
    """They become the refusal when nothing of ours is found."""
    put(outbox, new, "row")
    refusal = Refusal("has been reported", "duplicate")
    result = Next(State.UNCERTAIN, clock(), reasons=(refusal,))
    a.record(claimed(a.claim()), result, answered=True, jitter=0)
    assert claimed(a.claim()).doubt.reasons == (refusal,)


def test_a_type_is_learned_from_one_accepted_report(
    a: Claims, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """Half a minute after it was taken the list is read once; then every doubt of that type can end."""
    put(outbox, new, "first", "second")
    claims = [claimed(a.claim()), claimed(a.claim())]
    accepted(a, claims[0])
    clock.moment += LEARN_AFTER
    learn = claimed(a.claim())
    assert (learn.work, learn.id, learn.look_ups, learn.photo) == (Work.LEARN, "first", 1, None)
    a.record_learning(learn, seen=True, answered=True, jitter=0)
    assert row(database, "first")["due"] is None
    accepted(a, claims[1])
    assert row(database, "second")["due"] is None


def test_a_list_that_cannot_be_read_teaches_nothing(
    a: Claims, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """It is read three times in all; then the row rests, and the type is as open as before."""
    put(outbox, new, "row")
    accepted(a, claimed(a.claim()))
    for _ in range(3):
        clock.moment += LEARN_AFTER
        a.record_learning(claimed(a.claim()), seen=None, answered=False, jitter=0)
    assert row(database, "row")["due"] is None
    with database.read() as connection:
        assert SeenTypes(database, ENDPOINT).is_open(connection, "7")


@pytest.mark.parametrize(("too_late", "seen"), [(0, True), (1, False)])
def test_a_look_up_that_finds_soon_teaches_the_type(
    a: Claims,
    outbox: Outbox,
    new: New,
    database: Database,
    clock: Clock,
    *,
    too_late: int,
    seen: bool,
) -> None:
    """Found as soon as an absence would be believed; what shows later proves nothing about absences."""
    put(outbox, new, "row")
    a.claim()
    clock.moment += LEASE
    claim = claimed(a.claim())
    assert claim.doubt.type_is_seen is False
    clock.moment = claim.last_attempt_at + LEASE + SETTLE_TIME
    clock.move(microseconds=too_late)
    accepted(a, claim)
    with database.read() as connection:
        assert SeenTypes(database, ENDPOINT).is_seen(connection, "7") is seen
    # It was found, and so cannot tell any more how soon the next one shows.
    assert row(database, "row")["due"] is None


@pytest.mark.parametrize(("too_late", "seen"), [(0, True), (1, False)])
def test_a_list_that_is_read_late_teaches_nothing(
    a: Claims,
    outbox: Outbox,
    new: New,
    database: Database,
    clock: Clock,
    *,
    too_late: int,
    seen: bool,
) -> None:
    """That a report shows after hours says nothing about minutes."""
    put(outbox, new, "row")
    accepted(a, claimed(a.claim()))
    clock.moment += LEASE + SETTLE_TIME
    clock.move(microseconds=too_late)
    a.record_learning(claimed(a.claim()), seen=True, answered=True, jitter=0)
    with database.read() as connection:
        assert SeenTypes(database, ENDPOINT).is_seen(connection, "7") is seen
    assert row(database, "row")["due"] is None


@pytest.mark.parametrize("numbering", Numbering)
def test_only_what_is_numbered_at_once_proves_anything_by_its_absence(
    a: Claims, outbox: Outbox, new: New, database: Database, numbering: Numbering
) -> None:
    """A batch type's report stands in no list before it has its number; it teaches nothing, either."""
    with database.write() as connection:
        SeenTypes(database, ENDPOINT).note(connection, "7", seen=True)
    outbox.enqueue(dataclasses.replace(new("row"), numbering=numbering), "192.0.2.7")
    claim = claimed(a.claim())
    assert claim.numbering is numbering
    assert claim.doubt.type_is_seen is (numbering is Numbering.AT_ONCE)
    outbox.enqueue(dataclasses.replace(new("other", "8"), numbering=numbering), "192.0.2.7")
    accepted(a, claimed(a.claim()))
    assert (row(database, "other")["due"] is not None) is (numbering is Numbering.AT_ONCE)


def test_a_token_is_polled(a: Claims, outbox: Outbox, new: New, clock: Clock) -> None:
    """The token is kept, handed to whoever polls, and given up only with the row."""
    put(outbox, new, "row")
    waiting = Next(State.AWAITING_ID, clock(), service_request_token="abc")
    a.record(claimed(a.claim()), waiting, answered=True, jitter=0)
    for count in (1, 2):
        poll = claimed(a.claim())
        assert (poll.work, poll.service_request_token, poll.look_ups) == (
            Work.POLL,
            "abc",
            count,
        )
        a.record(poll, Next(State.AWAITING_ID, clock()), answered=True, jitter=0)


@pytest.mark.parametrize("state", list(State))
def test_no_state_is_a_dead_end(
    a: Claims, outbox: Outbox, new: New, database: Database, clock: Clock, state: State
) -> None:
    """What is due is either worked on or belongs to a person; nothing is passed over."""
    for_a_person = {State.UNDECIDED, State.NEEDS_SIGN_IN, State.REJECTED}
    done = {State.MODERATED, State.WITHDRAWN}
    put(outbox, new, "row")
    began = {"attempts": 1, "last_attempt_at": clock(), "lease_until": clock()}
    change(database, "row", state=state.value, **began)
    assert isinstance(a.claim(), Claim) is (state not in for_a_person | done)


@pytest.mark.service
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("kept_in", ["database"], indirect=True)
def test_the_row_is_locked_before_the_budget(
    a: Claims, outbox: Outbox, new: New, database: Database, budget: UpstreamBudget
) -> None:
    """Claiming and recording hold their row while they wait for the budget: one order, no deadlock."""
    put(outbox, new, "row")

    def until_locked() -> None:
        free = sa.select(table.c.id).with_for_update(skip_locked=True)
        for _ in range(500):
            with database.write() as connection:
                if connection.execute(free).first() is None:
                    return
            time.sleep(0.01)
        pytest.fail("the row is never locked")

    def claim_at_last() -> Claim | Probe | Unreadable | Idle:
        while isinstance(job := a.claim(), Idle):
            time.sleep(0.001)  # the one who looks has locked the row for a moment
        return job

    with ThreadPoolExecutor(1) as pool:
        with database.write() as connection:
            budget.answered(connection)
            claiming = pool.submit(claim_at_last)
            until_locked()
            assert not claiming.done()
        claim = claimed(claiming.result(10))
        with database.write() as connection:
            budget.answered(connection)
            recording = pool.submit(accepted, a, claim)
            until_locked()
            assert not recording.done()
        assert recording.result(10) is True


@pytest.mark.service
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_locked_row_is_passed_over(
    a: Claims, outbox: Outbox, new: New, database: Database
) -> None:
    """On PostgreSQL a row in somebody's open transaction does not hold others up."""
    put(outbox, new, "first", "second")
    with database.write() as connection:
        connection.execute(sa.select(table).where(table.c.id == "first").with_for_update())
        assert claimed(a.claim()).id == "second"


def test_a_claim_says_through_which_api_and_as_whom(
    a: Claims, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """A renewal is known to the next attempt alone; a refusal without a call says nothing of the city."""
    outbox.enqueue(new("theirs", person_id="7"), "a")
    claim = claimed(a.claim())
    assert (claim.api, claim.person_id, claim.renewed) == (Api.APIV2, "7", False)
    a.record(claim, Next(State.QUEUED, clock(), renewed=True), answered=True, jitter=0)
    claim = claimed(a.claim())
    assert claim.renewed
    clock.move(minutes=3)
    a.record(claim, Next(State.NEEDS_SIGN_IN), answered=None, jitter=0)
    assert row(database, "theirs")["renewed"] is False
    outbox.enqueue(new("nobodys"), "b")
    assert isinstance(a.claim(), Probe)  # nothing was heard of it for three minutes


def test_what_is_private_is_never_proved_absent(
    a: Claims, outbox: Outbox, new: New, database: Database, clock: Clock
) -> None:
    """Even where its type was seen, since a public search may not show it; nor does it teach."""
    seen = SeenTypes(database, ENDPOINT, Api.APIV2)
    report = new("private", person_id="7")
    report = dataclasses.replace(
        report, public=dataclasses.replace(report.public, private=True)
    )
    outbox.enqueue(report, "a")
    claim = claimed(a.claim())
    assert not claim.teaches
    with database.write() as connection:
        seen.note(connection, "7", seen=True)
    a.record(claim, Next(State.UNCERTAIN, clock()), answered=True, jitter=0)
    claim = claimed(a.claim())
    assert (claim.work, claim.doubt.type_is_seen) == (Work.LOOK_UP, False)


def test_a_report_held_for_review_ends_the_proof_for_its_type(
    a: Claims, outbox: Outbox, new: New, database: Database
) -> None:
    """Over its own API alone."""
    types = [SeenTypes(database, ENDPOINT, api) for api in (Api.APIV2, Api.OPEN311)]
    with database.write() as connection:
        for each in types:
            each.note(connection, "7", seen=True)
    outbox.enqueue(new("held", person_id="7"), "a")
    a.record(claimed(a.claim()), Next(State.MODERATED), answered=True, jitter=0)
    with database.read() as connection:
        assert [each.is_seen(connection, "7") for each in types] == [False, True]
