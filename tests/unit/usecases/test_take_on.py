"""Signing in mid-report: the draft goes on as somebody's own, and its old address opens nothing more."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from scf_report.clients.errors import RefusedError
from scf_report.clients.seeclickfix.client import SeeClickFixClient
from scf_report.clients.seeclickfix.gateway import SeeClickFixGateway
from scf_report.clients.transport import Transport
from scf_report.domain.draft import Draft, Step
from scf_report.domain.report import Anonymous, Contact, SignedIn
from scf_report.storage.handovers import Handovers
from scf_report.storage.photos import DraftPhotos, StoredPhoto
from scf_report.usecases.errors import ContinuedError, DraftGoneError, SignInNeededError
from scf_report.usecases.fill_draft import FillDraft
from scf_report.usecases.take_on_draft import Fate, TakeOnDraft
from scf_report.usecases.type_lists import PersonTypes
from tests.unit.usecases.accounts import Accounts
from tests.unit.usecases.conftest import DEAD_ANIMAL, MADISON, Desk, types_at

ROSA, BEN = SignedIn("2001", "Rosa Alvarez"), SignedIn("2002", "Ben Okafor")
NOISE, EMERGENCY = "Noise from a building site or business", "Fire or crime in progress"
PHOTO = StoredPhoto("photo.jpg", "image/jpeg", b"a photo")


@pytest.fixture
def take(desk: Desk, accounts: Accounts) -> TakeOnDraft:
    """Give the way on, in a city where Rosa is signed in."""
    accounts.sign_in()
    core = desk.core
    types = dataclasses.replace(core.types(), grants=accounts)
    fill = FillDraft(core.drafts, core.outbox, types)
    return TakeOnDraft(fill, Handovers(core.database, core.sealer, core.endpoint.name))


def filled(desk: Desk) -> Draft:
    """Fill a draft to its end, with contact details and a photo."""
    draft = dataclasses.replace(
        desk.draft(), reporter=Contact(email="robin@example.org"), updates_in="es"
    )
    draft = dataclasses.replace(draft, photo_name="photo.jpg", photo_mark="mark")
    DraftPhotos(desk.core.database, desk.core.endpoint.name).put(draft.id, PHOTO)
    return desk.core.drafts.save(draft)


def test_what_was_entered_goes_along(desk: Desk, take: TakeOnDraft) -> None:
    """Place, words and photo are in the new draft, which is Rosa's; who it was from is not."""
    old = filled(desk)
    new = take.take_on(old, ROSA)
    assert new == take.fill.open(new.id)
    assert (new.person, new.reporter, new.updates_in) == (ROSA, None, "")
    assert (new.point, new.description, new.photo_name) == (
        MADISON,
        "Dead squirrel",
        "photo.jpg",
    )
    photos = DraftPhotos(desk.core.database, desk.core.endpoint.name)
    assert photos.get(new.id) == PHOTO
    assert new.id != old.id
    assert new.reference != old.reference


def test_the_questions_are_those_of_the_account(desk: Desk, take: TakeOnDraft) -> None:
    """APIv2 asks for a summary, which Open311 does not: it is the next thing to answer."""
    new = take.take_on(filled(desk), ROSA)
    assert new.form is not None
    assert new.form.request_type.code == DEAD_ANIMAL
    assert new.form.question("summary") is not None
    assert new.first_missing() is Step.DETAILS


def test_where_codes_differ_the_kind_is_chosen_anew(desk: Desk, take: TakeOnDraft) -> None:
    """Nothing is taken for another thing because two APIs use one number."""
    types = dataclasses.replace(take.fill.types, same_ids=False)
    fill = dataclasses.replace(take.fill, types=types)
    new = dataclasses.replace(take, fill=fill).take_on(filled(desk), ROSA)
    assert new.form is None
    assert new.first_missing() is Step.TYPE


def test_the_old_address_opens_nothing_more(desk: Desk, take: TakeOnDraft) -> None:
    """It only tells that it goes on elsewhere, and later that it was sent."""
    old = filled(desk)
    assert take.fate(old.id) is Fate.OPEN
    new = take.take_on(old, ROSA)
    with pytest.raises(ContinuedError):
        take.fill.open(old.id)
    assert take.fate(old.id) is Fate.CONTINUED
    assert take.fate("made up") is Fate.GONE
    desk.clock.move(hours=25)
    assert take.fate(old.id) is Fate.GONE
    with pytest.raises(DraftGoneError):
        take.take_on(old, ROSA)
    assert take.fill.drafts.load(new.id) is None


def test_many_presses_are_one_draft(desk: Desk, take: TakeOnDraft) -> None:
    """Eight at once give one new draft, and another person none."""
    old = filled(desk)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: take.take_on(old, ROSA).id, range(8)))
    assert len(set(taken)) == 1
    with pytest.raises(ContinuedError):
        take.take_on(old, BEN)


def test_a_person_may_still_send_without_their_account(desk: Desk, take: TakeOnDraft) -> None:
    """Then Open311's questions are asked, and everything else is kept."""
    new = take.take_on(filled(desk), ROSA)
    without = take.fill.save_reporter(new, Anonymous())
    assert without.form is not None
    assert without.form.question("summary") is None
    assert (without.goes_as, without.first_missing()) == (None, Step.CHECK)
    back = take.fill.save_reporter(without, ROSA)
    assert back.form is not None
    assert back.form.question("summary") is not None


def test_access_that_is_over_says_so(desk: Desk, take: TakeOnDraft, accounts: Accounts) -> None:
    """The kinds of problem of a person are asked for as them or not at all."""
    new = take.take_on(filled(desk), ROSA)
    accounts.tokens.clear()
    with pytest.raises(SignInNeededError):
        take.fill.types_for(new)


def test_access_that_is_refused_is_renewed_for_reading(
    desk: Desk, take: TakeOnDraft, accounts: Accounts
) -> None:
    """A 401 renews once, and the question is asked again; another one is no answer."""
    answers = [401, 200, 401, 401]

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(answers.pop(0), json={"request_types": []})

    door = Transport(
        "https://sandbox.localhost",
        user_agent="tests",
        budget=desk.core.budget,
        http=httpx.MockTransport(answer),
    )
    types = PersonTypes(SeeClickFixGateway(SeeClickFixClient(door)), accounts, "2001")
    assert types.at(MADISON) == ()
    assert accounts.renewals == 1
    with pytest.raises(RefusedError):
        types.at(MADISON)
    assert answers == []


def test_guests_are_told_what_takes_an_account(desk: Desk, take: TakeOnDraft) -> None:
    """Such kinds are listed and cannot be chosen; what only informs can be read."""
    kinds = {kind.name: kind for kind in types_at(take.fill, MADISON)}
    assert not kinds[NOISE].guests_may_report
    draft = take.fill.save_place(take.fill.start(), MADISON, "1200 W Madison St", "")
    with pytest.raises(SignInNeededError):
        take.fill.choose_type(draft, kinds[NOISE])
    assert take.fill.open(draft.id).wanted_type == kinds[NOISE].code
    informed = take.fill.choose_type(draft, kinds[EMERGENCY])
    assert informed.form is not None
    assert "Call 911 now. Nobody reads this in time." in [
        question.text for question in informed.form.questions
    ]
    assert informed.first_missing() is Step.DETAILS
    mine = take.fill.choose_type(take.take_on(draft, ROSA), kinds[NOISE])
    assert mine.form is not None


def test_private_kinds_are_known_to_guests(desk: Desk, take: TakeOnDraft) -> None:
    """So that it is said before sending."""
    private = [kind.name for kind in types_at(take.fill, MADISON) if kind.private]
    assert private
    assert isinstance(take.fill.types.of(ROSA), PersonTypes)
