"""Page objects of a report before it is sent, in every state that a resident may meet."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from scf_report.domain.draft import Draft
from scf_report.domain.geography import (
    FoundPlace,
    NearPlace,
    PlaceKind,
    Point,
    Sureness,
)
from scf_report.domain.report import Contact, Reference
from scf_report.domain.report_form import (
    Choice,
    Question,
    QuestionKind,
    ReportForm,
    RequestType,
)
from scf_report.forms.base import Problem
from scf_report.forms.choices import Offer
from scf_report.forms.contact import ContactForm
from scf_report.forms.place import ChosenPlace, PlaceForm
from scf_report.forms.questions import details_form
from scf_report.forms.steps import CheckForm, PhotoForm, TypeForm
from scf_report.web.pages import (
    CheckPage,
    ContactPage,
    DetailsPage,
    HomePage,
    PhotosPage,
    Row,
    SentPage,
    TypePage,
    WherePage,
)
from tests.unit.pages.showing import TOKEN

HERE = Point(41.8816, -87.6572)
NASTY = "<b>1200</b> W Madison & “Racine”"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
PLACES = (
    FoundPlace("1200 W Madison St", HERE, PlaceKind.ADDRESS, Sureness.EXACT, "Near West Side"),
    FoundPlace("W Madison St and N Racine Ave", HERE, PlaceKind.CROSSING, Sureness.LIKELY),
    FoundPlace("Madisson Station", HERE, PlaceKind.LANDMARK, Sureness.POSSIBLE, "Loop"),
    FoundPlace("W Madison St", HERE, PlaceKind.STREET, Sureness.EXACT),
    FoundPlace("41.881600, -87.657200", HERE, PlaceKind.COORDINATES, Sureness.EXACT),
    FoundPlace(NASTY, HERE, PlaceKind.LANDMARK, Sureness.EXACT),
    FoundPlace(LONG, HERE, PlaceKind.LANDMARK, Sureness.EXACT),
    FoundPlace("Skinner Park", HERE, PlaceKind.LANDMARK, Sureness.EXACT),
)
KINDS = (
    RequestType("1", "Pothole", "Holes in a <road>", "Streets", "Streets & Sanitation"),
    RequestType("2", LONG, "", "Streets", "Streets & Sanitation"),
    RequestType("3", "Fallen tree", "", "Forestry", "Forestry"),
)
QUESTIONS = (
    Question("lane", QuestionKind.SINGLE, "Lane?", "", True, (Choice("l", "Left <lane>"),)),
    Question("note", QuestionKind.NOTE, "This is <not> a claim", "Ask the & city"),
    Question("parts", QuestionKind.MULTI, "Which parts?", choices=(Choice("c", "Curb"),)),
    Question("deep", QuestionKind.NUMBER, "How deep?", "A guess is fine."),
    Question("seen", QuestionKind.DATETIME, "First seen?"),
    Question("way", QuestionKind.TEXT, "Way in?", kept_private=True),
    Question(
        "size", QuestionKind.SINGLE, "Size?", choices=tuple(map(Choice, "abcdefg", "ABCDEFG"))
    ),
)
NOW = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)
DRAFT = Draft(
    id="d",
    endpoint="sandbox",
    created_at=NOW,
    saved_at=NOW,
    reference=Reference("R7F3-K2QX"),
    point=HERE,
    address=NASTY,
    form=ReportForm(KINDS[0], QUESTIONS),
)
SUMMARY = (Row("Where", NASTY, "/report/d/where"), Row("Problem", "Pothole", "/report/d/type"))


def offers(places: tuple[FoundPlace, ...]) -> list[Offer]:
    """Offer found places as the view does."""
    return [Offer(str(ChosenPlace(place.point, place.label)), place.label) for place in places]


def where(posted: dict[str, str] | None = None, **changes: Any) -> WherePage:  # any field
    """Build the where page; with ``posted`` values it is shown again."""
    results = changes.get("results", ())
    form = PlaceForm(
        None if posted is None else MultiDict(posted), token=TOKEN, places=offers(results)
    )
    if posted is not None:
        form.validate()
    page = WherePage(
        form=form,
        problems=tuple(form.problems()),
        query="",
        search_url="/report?lang=es",
        action="/report?lang=es",
        back_url="/",
        results=(),
        outside=(),
        outside_near=None,
        area="Chicago",
        near=(),
    )
    return replace(page, **changes)


def step(page: type[Any], form: Any, **others: Any) -> Any:  # any page and its form
    """Build a draft's page; whatever its form says is wrong is told."""
    common = {
        "problems": tuple(form.problems()),
        "action": "/report/d/step",
        "back_url": "/report/d/back",
        "draft": DRAFT,
        "summary": SUMMARY,
    }
    return page(form=form, **{**common, **others})


def details(posted: dict[str, str] | None = None, **others: object) -> Any:
    """Build the details page with a question of each kind."""
    made = details_form(ReportForm(KINDS[0], QUESTIONS), room=3000, zone=ZoneInfo("UTC"))
    form = made(None if posted is None else MultiDict(posted), token=TOKEN)
    if posted is not None:
        form.validate()
    return step(DetailsPage, form, **others)


def kinds(**others: object) -> Any:
    """Build the type page."""
    common = {"count": 34, "matching": len(KINDS), "search_url": "/report/d/type?lang=es"}
    return step(TypePage, TypeForm(token=TOKEN, types=KINDS), **{**common, **others})


def photos(**others: object) -> Any:
    """Build the photo page."""
    return step(PhotosPage, PhotoForm(token=TOKEN), remove_url="/report/d/photos", **others)


def contact(reporter: Contact | None = None, **others: Any) -> Any:
    """Build the contact page."""
    required = others.get("required", frozenset())
    form = ContactForm(token=TOKEN, required=required, reporter=reporter)
    return step(ContactPage, form, **others)


def check(**others: object) -> Any:
    """Build the check page."""
    rows = (*SUMMARY, Row("Way in", "Ring <twice>", "/report/d/details", private=True))
    common = {
        "rows": (*rows, Row("Phone", "", "/report/d/contact")),
        "public_title": "Deep <pothole>",
        "public_text": "[R7F3-K2QX] Deep <pothole>\nIn the right lane",
        "address": NASTY,
        "reference": "R7F3-K2QX",
    }
    return step(CheckPage, CheckForm(token=TOKEN), **{**common, **others})


GIVEN = Contact(email="robin@example.org")
STATES: dict[str, Callable[[], Any]] = {
    "home": lambda: HomePage(report_url="/report?lang=es"),
    "where": where,
    "where-purged": lambda: where(notice="purged"),
    "where-token": lambda: where(notice="token", wanted_type="1"),
    "where-one": lambda: where(query="1200 W Madison", results=PLACES[:1]),
    "where-many": lambda: where(
        query="<Madison>",
        results=PLACES,
        outside=PLACES[:2],
        near=(NearPlace(PLACES[1], 60.4, "e"), NearPlace(PLACES[5], 2640, "sw")),
        wanted_type="1 & 2",
    ),
    "where-error": lambda: where({}, query="Madison", results=PLACES[:2]),
    "where-chosen": lambda: replace(
        where({"place": str(ChosenPlace(HERE, NASTY))}), results=PLACES[5:6]
    ),
    "where-unread": lambda: where(
        query="95, 200",
        problems=(Problem("address", "Coordinates must be two numbers"),),
    ),
    "where-nothing": lambda: where(query="<nowhere>"),
    "where-outside": lambda: where(query="Lake St", outside=PLACES[:2]),
    "where-outside-near": lambda: where(
        query="41.9, -87.8", outside_near=NearPlace(PLACES[5], 480, "w")
    ),
    "type": kinds,
    "type-error": lambda: kinds(problems=_type_problems()),
    "type-nothing": lambda: kinds(query="<penguin>", matching=0),
    "type-nobody": lambda: kinds(count=0, matching=0),
    "details": details,
    "details-error": lambda: details({"csrf_token": "old", "description": ""}),
    "photos": photos,
    "photos-kept": lambda: photos(photo_url="/report/d/photo"),
    "contact": contact,
    "contact-required": lambda: contact(required=frozenset({"email"})),
    "contact-kept": lambda: contact(GIVEN),
    "check": check,
    "check-photo": lambda: check(photo_url="/report/d/photo"),
    "check-fast": lambda: check(notice="fast"),
    "check-changed": lambda: check(notice="changed"),
    "check-limit": lambda: check(notice="limit", retry_at="10:41 am"),
    "check-long": lambda: check(public_title=LONG, public_text=LONG),
    "sent": lambda: SentPage(new_url="/report"),
}


def _type_problems() -> tuple[Any, ...]:
    form = TypeForm(MultiDict(), token=TOKEN, types=KINDS)
    form.validate()
    return tuple(form.problems())
