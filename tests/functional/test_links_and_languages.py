"""Links into the form, the language in the address, places outside, one city's endpoint."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from scf_report.factory import create_app
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.functional.conftest import PLACE, POTHOLE, answer
from tests.page import FilledForm, Page, Visitor


def code_of(page: Page, name: str) -> str:
    """Read a kind's code off its radio button."""
    return str(page.form().choose(name).values["type"][0])


@pytest.mark.parametrize("start", ["/report", "/embed/report"])
def test_link_with_address_and_type(
    visitor: Visitor, at_step: Callable[..., Page], demo_places: object, start: str
) -> None:
    """The hits are there at once, in the form that goes on, and the wanted kind stands chosen."""
    code = code_of(at_step("type"), POTHOLE)
    page = visitor.open(f"{start}?address=1200+W+Madison&type={code}")
    assert page.title == "Where is the problem?"
    assert PLACE in page.text
    page = page.form().submit()
    assert page.title == "What is the problem?"
    assert page.form().values["type"] == [code]


def test_wanted_type_survives_another_search(
    visitor: Visitor, at_step: Callable[..., Page], demo_places: object
) -> None:
    """Searching again, or following a named place near by, does not forget the wanted kind."""
    code = code_of(at_step("type"), POTHOLE)
    page = visitor.open(f"/report?address=nowhere+at+all&type={code}")
    [search] = [form for form in page.soup.find_all("form") if form.get("role") == "search"]
    search["id"] = "search"
    page = page.form("search").submit(address="1200 W Madison")
    near = page.soup.select_one("aside a")
    assert near
    for way in (page, visitor.open(str(near["href"]))):
        assert way.form().submit().form().values["type"] == [code]


@pytest.mark.parametrize(
    "wanted", ["99999", "<b>x</b>", "\x00", "x" * 5000], ids=lambda x: x[:9]
)
def test_wanted_type_that_is_not_there(
    visitor: Visitor, demo_places: object, wanted: str
) -> None:
    """A kind that is not offered here is not chosen, and nothing breaks."""
    page = visitor.open("/report", query_string={"address": "1200 W Madison", "type": wanted})
    page = page.form().submit()
    assert page.title == "What is the problem?"
    assert "type" not in page.form().values


def local_addresses(page: Page) -> list[str]:
    """List the addresses on a page that lead to another page of ours."""
    found = [str(link["href"]) for link in page.soup.find_all("a", hreflang=False)]
    found += [
        str(form["action"]) for form in page.soup.find_all("form") if form["method"] == "post"
    ]
    return [address for address in found if address.startswith(("/", "?", "http://localhost"))]


@pytest.mark.parametrize("start", ["/report", "/embed/report"])
def test_language_stays_through_all_steps(
    at_step: Callable[..., Page], visitor: Visitor, clock: Clock, start: str
) -> None:
    """A language that was asked for is on every link and form until the receipt and after."""
    page = visitor.open(f"{start}?lang=es&address=41.881614,-87.656978")
    steps = 0
    while True:
        assert page.soup.html
        assert page.soup.html["lang"] == "es"
        for address in local_addresses(page):
            assert parse_qs(urlsplit(address).query).get("lang") == ["es"], address
        for form in page.soup.find_all("form", method="get"):
            field = form.find("input", attrs={"name": "lang"})
            assert field, form
            assert field["value"] == "es"
        if page.soup.find("form", id="step") is None:
            break
        clock.move(seconds=10)
        page = by_name(page).submit()
        steps += 1
    assert steps == 6
    assert "/receipt/" in page.path


def by_name(page: Page) -> FilledForm:
    """Fill in a step in any language: the pothole's first offers, no photo, no name."""
    form = page.form()
    for field in form.tag.find_all("input", type=["radio", "checkbox"]):
        form.values.setdefault(str(field["name"]), [str(field["value"])])
    if "type" in form.values:
        form.values["type"] = ["10101"]
    if "description" in form.values:
        form.values["description"] = ["Un hoyo"]
    return form


def test_other_language_keeps_the_step(at_step: Callable[..., Page]) -> None:
    """The link to the other language is the same step of the same draft."""
    page = at_step("details")
    link = page.soup.find("a", hreflang="es")
    assert link
    path = page.path.partition("?")[0]
    spanish = page.visitor.open(path + str(link["href"]))
    assert spanish.form().values.keys() == page.form().values.keys()
    back = spanish.soup.find("a", hreflang="en")
    assert back
    assert page.visitor.open(path + str(back["href"])).title == page.title


@pytest.mark.parametrize("lang", ["", "de", "ES", "es-MX", "<b>", "\x00"])
def test_language_that_is_not_there(visitor: Visitor, lang: str) -> None:
    """An unknown language is English, and is not carried along."""
    page = visitor.open("/report", query_string={"lang": lang})
    assert page.title == "Where is the problem?"
    assert "lang=" not in str(page.soup.main)


def test_browser_chooses_the_language(app: Flask) -> None:
    """Without a wish in the address the browser's languages decide."""
    page = Visitor(app.test_client(), {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}).open("/")
    assert page.soup.html
    assert page.soup.html["lang"] == "es"


def test_place_outside(visitor: Visitor, demo_places: object) -> None:
    """Search and point say where the service works, and offer nothing to go on with."""
    for query in ("address=43.04,-87.91", "lat=43.04&lng=-87.91"):
        page = visitor.open(f"/report?{query}")
        assert page.status == 200
        assert page.title.startswith("This place is outside Chicago")
        assert "We can only pass on reports for places inside" in page.text
        assert not page.soup.find("form", id="step")


def test_place_outside_by_post(
    visitor: Visitor, at_step: Callable[..., Page], demo_places: object
) -> None:
    """A posted place outside is refused with the same page; a draft stays where it was."""
    away = "43.040000,-87.910000|Milwaukee"
    page = at_step("report").form().submit(place=away)
    assert page.status == 422
    assert page.title.startswith("This place is outside Chicago")
    page = at_step("type")
    where = visitor.open(page.path.replace("type", "where"))
    refused = where.form().submit(place=away)
    assert refused.status == 422
    assert "Milwaukee" not in visitor.open(page.path).text


def test_place_that_nobody_serves(make_settings: Callable[..., Settings], clock: Clock) -> None:
    """Where no organization takes reports the type step says so and offers another place."""
    app = create_app(make_settings(geocoder="none"), clock=clock)
    page = Visitor(app.test_client()).open("/report?address=10.5,20.5").form().submit()
    assert page.title == "What is the problem?"
    assert "Nobody takes reports for this place here" in page.text
    assert not page.soup.find("form", id="step")


def test_place_moved_to_where_the_kind_is_not_taken(
    make_settings: Callable[..., Settings], clock: Clock
) -> None:
    """Another city asks its own questions: the kind is chosen anew, and words stay."""
    visitor = Visitor(create_app(make_settings(geocoder="none"), clock=clock).test_client())
    page = visitor.open("/report?address=41.881614,-87.656978").form().submit()
    page = answer(answer(page).submit(), "A hole").submit()
    where = page.path.replace("photos", "where")
    moved = visitor.open(f"{where}?address=37.7793,-122.4193").form().submit()
    assert moved.title == "What is the problem?"
    page = moved.form().choose("Pothole").submit()
    assert page.title == "Tell us about the problem"
    assert page.form().values["description"] == ["A hole"]


def test_one_citys_endpoint(
    make_settings: Callable[..., Settings], clock: Clock, tmp_path: Path
) -> None:
    """With an organization set, its kinds alone are offered, wherever the place is.

    APIv2 lists by place alone, so that what takes an account cannot be told to be its own.
    """
    everything = {}
    for organization in (None, "101", "102"):
        settings = make_settings(
            organization_id=organization,
            geocoder="none",
            data_dir=tmp_path / str(organization),
        )
        app = create_app(settings, clock=clock)
        page = Visitor(app.test_client()).open("/report?address=41.881614,-87.656978")
        kinds = page.form().submit().soup.select("input[name=type]")
        everything[organization] = {str(kind["value"]) for kind in kinds}
    assert everything[None] - everything["101"] == {"10151", "10152", "10153"}
    assert everything["101"] < everything[None]
    assert not everything["101"] & everything["102"]


def test_contact_details_that_are_demanded(
    make_settings: Callable[..., Settings], clock: Clock
) -> None:
    """Where the endpoint demands an e-mail address, nobody can send without one."""
    settings = make_settings(geocoder="none", open311_contact=("email",))
    visitor = Visitor(create_app(settings, clock=clock).test_client())
    page = visitor.open("/report?address=41.881614,-87.656978").form().submit()
    page = answer(answer(page).submit()).submit().form().submit()
    assert page.title == "How can they reach you?"
    assert "Without my name" not in page.text
    for changed in ({}, {"choice": "anonymous"}, {"choice": "keep"}, {"choice": ""}):
        refused = page.form().submit(**changed)
        assert refused.status == 422, changed
        assert len(refused.problems) == 1
    page = page.form().fill({"E-mail": "robin@example.org"}).submit()
    assert page.title == "Check your report"
    again = visitor.open(page.path.replace("check", "contact"))
    assert "r…@example.org" in again.text
    assert again.form().submit().title == "Check your report"
