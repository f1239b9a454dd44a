"""Service lists, definitions and discovery, from servers that each have their own way."""

from collections.abc import Callable

import httpx
import pytest

from scf_report.clients.errors import BrokenError
from scf_report.clients.open311.client import Open311Client
from scf_report.domain.geography import Point
from scf_report.domain.report_form import Choice, Question, QuestionKind, RequestType

Serving = Callable[..., Open311Client]
PLACE = Point(41.9, -87.6)


def test_seeclickfix_integer_codes_and_organization(serving: Serving) -> None:
    """A code is text whatever it was, and the organization stands in for a missing group."""
    pothole, rats = serving("seeclickfix_services.json").services(PLACE)
    assert pothole == RequestType(
        "4711", "Pothole", group="Springfield", organization="Springfield"
    )
    assert not rats.has_questions


def test_seeclickfix_definition(serving: Serving) -> None:
    """Notes are never required; private answers are marked; the order is the given one."""
    note, depth = serving("seeclickfix_definition.json").definition("4711", PLACE)
    assert note == Question("87", QuestionKind.NOTE, "Call 911 if somebody is hurt.")
    assert depth == Question(
        "88",
        QuestionKind.SINGLE,
        "How deep?",
        required=True,
        choices=(Choice("LOW", "A little"), Choice("HIGH", "A lot")),
        kept_private=True,
    )


def test_zurich_wrapped_lists_and_empty_objects(serving: Serving) -> None:
    """A list inside an object is the same list; an empty list or object is an absent text."""
    (lamp,) = serving("zurich_wrapped.json").services(PLACE)
    assert lamp == RequestType("9", "Lamp", has_questions=False)


def test_fixmystreet_groups_and_codes_with_spaces(serving: Serving) -> None:
    """The first of several groups is the heading; rows without or with a known code are left out."""
    bench, box = serving("fixmystreet_groups.xml").services(PLACE)
    assert bench == RequestType(
        "Broken bench",
        "Broken bench",
        group="parks & paths",
        keywords=("seat", "wood"),
        batch=True,
    )
    assert box == RequestType("T1", "T1", group="street", has_questions=False, blackbox=True)


def test_giessen_namespaces_and_array_marks(serving: Serving) -> None:
    """XML namespaces and attributes do not matter."""
    (damage,) = serving("giessen_namespaces.xml").services(PLACE)
    assert (damage.code, damage.name) == ("015", "Straßenschäden")


def test_accela_codes_with_slashes(serving: Serving) -> None:
    """A code with slashes and spaces stays as it is."""
    (dog,) = serving("accela_slashes.json").services(PLACE)
    assert (dog.code, dog.has_questions) == ("ServiceRequest/Animals/Loose Dog/NA", False)


def test_st_louis_upper_case_and_misspelled_datatype(serving: Serving) -> None:
    """Names may be in capitals and misspelled, the definition in a list, keys numbers or missing."""
    (question,) = serving("st_louis_definition.json").definition("123", PLACE)
    assert (question.code, question.kind, question.required) == ("7", QuestionKind.SINGLE, True)
    assert question.choices == (Choice("1", "Yes"), Choice("2", "No"), Choice("Other", "Other"))


def test_san_francisco_attributes_without_their_list(serving: Serving) -> None:
    """Attributes directly in the definition are read in document order."""
    make, second = serving("san_francisco_bare_attributes.xml").definition("X1", PLACE)
    assert (make.kind, make.choices) == (QuestionKind.MULTI, (Choice("1", "Ford"),))
    assert second.text == "Second of equals"


@pytest.mark.parametrize("name", ["klarschiff_definition.xml", "bristol_definition.xml"])
def test_klarschiff_and_bristol_definitions_without_questions(
    serving: Serving, name: str
) -> None:
    """A definition without attributes asks nothing."""
    assert serving(name).definition("12", PLACE) == ()


def test_empty_json_definition_asks_nothing(client: Callable[..., Open311Client]) -> None:
    """An empty object is a definition without questions too (Greenwich)."""
    assert client(lambda _: httpx.Response(200, json={})).definition("12", PLACE) == ()


def test_boston_datatypes(serving: Serving) -> None:
    """Boston's own kinds are known; unknown ones become text, empty lists a line of text."""
    questions = serving("boston_definition.json").definition("B", PLACE)
    assert [(each.code, each.kind) for each in questions] == [
        ("SR-1", QuestionKind.NOTE),
        ("SR-2", QuestionKind.SINGLE),
        ("SR-3", QuestionKind.BOOLEAN),
        ("SR-4", QuestionKind.STRING),
        ("SR-5", QuestionKind.TEXT),
        ("note-5", QuestionKind.NOTE),
    ]


def test_fixmystreet_markup_order_and_automated_attributes(serving: Serving) -> None:
    """Markup is dropped, the order kept, and what the server fills in is not asked."""
    kind, size = serving("fixmystreet_definition.xml").definition("100", PLACE)
    assert (kind.code, kind.kind, kind.text) == ("type", QuestionKind.NUMBER, "type")
    assert (size.text, size.required) == ("Size of bin & lid", True)


@pytest.mark.parametrize("name", ["wiki_discovery.xml", "zurich_discovery.json"])
def test_discovery_of_klarschiff_and_zurich(serving: Serving, name: str) -> None:
    """A misspelled or wrapped discovery document is read all the same."""
    found = serving(name).discovery()
    assert found.contact == "Write to us"
    assert found.endpoints[0].formats[-1] == "application/json"


@pytest.mark.parametrize(
    "name",
    [
        "page_with_200.html",
        "error_page.html",
        "wiki_leading_zeros.json",
        "entity_bomb.xml",
        "doctype.xml",
        "errors_with_200.json",
        "error_unclosed.xml",
        "error_standard.xml",
        "zurich_empty.json",
    ],
)
def test_unusable_bodies_are_broken_answers(serving: Serving, name: str) -> None:
    """What is no service list is never taken for an empty one (Chicago, FixMyStreet)."""
    with pytest.raises(BrokenError) as caught:
        serving(name).services(PLACE)
    assert caught.value.http_status == 200


@pytest.mark.parametrize("name", ["errors_with_200.json", "posted_token.json"])
def test_discovery_needs_endpoints(serving: Serving, name: str) -> None:
    """Anything else is no discovery document."""
    with pytest.raises(BrokenError):
        serving(name).discovery()


def test_deep_nesting_is_refused(client: Callable[..., Open311Client]) -> None:
    """A document made to exhaust the stack ends in the client's own error, in either format."""
    for body in (b"[" * 40 + b"]" * 40, b"[" * 100_000, b"<a>" * 40 + b"</a>" * 40):
        with pytest.raises(BrokenError):
            client(lambda _, body=body: httpx.Response(200, content=body)).services(PLACE)
