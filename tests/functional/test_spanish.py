"""The whole way from the front page to the receipt, in Spanish."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from babel.messages.pofile import read_po
from bs4.element import Comment, Doctype
from flask import Flask

from scf_report.factory import Core
from tests.conftest import Clock, missing
from tests.functional.taking_part import ROSA, reported, sign_in_as
from tests.page import FilledForm, Page, Visitor, text_of

CATALOG = (
    Path(__file__).resolve().parents[2] / "translations" / "es" / "LC_MESSAGES" / "messages.po"
)
SANDBOX = "/sandbox/open311/v2/101"
OWN_ADDRESS = re.compile(r"(?!/sandbox/|/static/)[/?]")
SPOKEN = ("aria-label", "alt", "title", "placeholder")
"""Attributes that are read out or shown; those that scripts show begin with ``data-``."""


@pytest.fixture(autouse=True)
def compiled() -> None:
    """Take the compiled catalog, which set-up builds (`make setup`)."""
    built = CATALOG.with_suffix(".mo")
    if not built.exists() or built.stat().st_mtime < CATALOG.stat().st_mtime:
        missing("the compiled Spanish catalog")


@cache
def english() -> tuple[re.Pattern[str], ...]:
    """Read what pages say in English; the pattern library's own examples are not met on the way."""
    with CATALOG.open("rb") as file:
        catalog = read_po(file, locale="es")
    texts = [
        text
        for message in catalog
        if message.id and not all("patterns" in place for place, _line in message.locations)
        for text, own in zip(_forms(message.id), _forms(message.string), strict=True)
        if text != own
    ]
    return tuple(re.compile(_as_filled_in(text)) for text in texts)


def _forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _as_filled_in(text: str) -> str:
    """Make a pattern of a text: whole for a word or two, anywhere for a sentence."""
    pattern = re.sub(r"%\\\(\w+\\\)[sd]", ".+?", re.escape(text)).replace("%%", "%")
    return rf"\b{pattern}" if text.count(" ") > 2 else rf"^{pattern}$"


def upstream_words(app: Flask) -> set[str]:
    """Ask the sandbox city for its own words, which stay as it wrote them."""
    client = app.test_client()
    agent = {"User-Agent": "tests"}
    services = client.get(f"{SANDBOX}/services.json", headers=agent).get_json()
    code = next(item["service_code"] for item in services if "Pothole" in item["service_name"])
    form = client.get(f"{SANDBOX}/services/{code}.json", headers=agent).get_json()
    return set(_strings([services, form]))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def words_of(page: Page) -> Iterator[str]:
    """Give every text that the page shows, says or keeps ready for its scripts."""
    for node in page.soup.find_all(string=True):
        if not isinstance(node, Comment | Doctype):
            yield re.sub(r"^(\d+\.|:) ", "", " ".join(node.split()))
    for paragraph in page.soup.find_all("p"):  # the sentences with a link or a number inside
        yield " ".join(paragraph.get_text().split())
    for tag in page.soup.find_all(True):
        for name, value in tag.attrs.items():
            if name in SPOKEN or name.startswith("data-"):
                yield str(value)


def addresses_of(page: Page) -> Iterator[str]:
    """Give where the page's links lead, but not the one to the other language."""
    for link in page.soup.select("a[href]:not([hreflang])"):
        yield str(link["href"])


class Spanish:
    """Somebody who reads Spanish, and notices every word and every way that is not."""

    def __init__(self, app: Flask) -> None:
        self.visitor = Visitor(app.test_client())
        self.upstream = upstream_words(app)

    def reads(self, page: Page, title: str = "") -> Page:
        """Read a page to its end; its links and forms go on in Spanish."""
        assert page.soup.html
        assert page.soup.html["lang"] == "es"
        assert title in page.title
        theirs = [
            word
            for word in words_of(page)
            if word not in self.upstream
            and any(text.search(self._without_theirs(word)) for text in english())
        ]
        assert theirs == []
        for address in addresses_of(page):
            assert "lang=es" in address or not OWN_ADDRESS.match(address), address
        for form in page.soup.find_all("form"):
            hidden = form.select('input[name="lang"][value="es"]')
            assert hidden if form["method"] == "get" else "lang=es" in form["action"], form
        return page

    def _without_theirs(self, paragraph: str) -> str:
        """Leave the city's own sentences out of a paragraph in which ours stand beside them."""
        for sentence in self.upstream:
            if sentence.count(" ") > 2:
                paragraph = paragraph.replace(sentence, "")
        return paragraph


@pytest.fixture
def reader(app: Flask, demo_places: object) -> Spanish:
    """Give somebody who reads Spanish."""
    return Spanish(app)


def described(page: Page) -> FilledForm:
    """Describe a pothole, and answer the city's own questions."""
    form = page.form().fill({"¿Qué ocurre?": "Hoyo profundo", "Which parts": ["Curb"]})
    return form.choose("Right lane").choose("Up to a car tire").choose("No")


def test_whole_way_is_in_spanish(
    reader: Spanish, clock: Clock, work: Callable[[], int]
) -> None:
    """From the front page to the accepted report no English is left, nor a way back into it."""
    home = reader.reads(reader.visitor.open("/?lang=es"), "Avise de un problema en la calle")
    search = home.form_to("Buscar el lugar")
    page = search.fill({"¿Dónde está el problema?": "1200 W Madison"}).submit()
    page = reader.reads(page, "¿Dónde está el problema?").form().submit()
    page = reader.reads(page, "¿Cuál es el problema?").form().choose("Pothole").submit()
    page = described(reader.reads(page, "Cuéntenos sobre el problema")).submit()
    page = reader.reads(page, "¿Tiene una foto?").form().submit()
    page = reader.reads(page, "¿Cómo quiere enviarlo?").form().choose("Sin mi nombre").submit()
    page = reader.reads(page, "Revise su aviso").form().submit()
    assert "Presione «Enviar el aviso» otra vez" in reader.reads(page, "Revise su aviso").text
    clock.move(seconds=10)
    receipt = reader.reads(page.form().submit(), "Su aviso está guardado")
    assert "Hoy, 9:41 a.m." in receipt.text
    own = reader.reads(receipt.follow("/change/"), "Su aviso ")
    assert "Código del tipo de problema 10101" in own.text
    work()
    reader.reads(reader.visitor.open(receipt.path), "La ciudad ha aceptado su aviso")


def test_taking_part_is_in_spanish(reader: Spanish, core: Core) -> None:
    """Signed in, an issue's page, what is done there, each no, and the person's own page stay in Spanish."""
    number = reported(core, ROSA, summary="Ardilla muerta", description="Junto al bordillo")
    start = reader.visitor.open(f"/issues/{number}?lang=es")
    reader.upstream |= {"Dead animal", "Rosa Alvarez"}
    reader.reads(start, "Ardilla muerta")
    page = reader.reads(
        sign_in_as(reader.visitor, ROSA, f"/login?next=/issues/{number}?lang=es")
    )
    empty = reader.reads(page.form_to("Publicar el comentario").submit(), "Revise esto")
    assert empty.problems == ["Escriba un comentario"]
    done = reader.reads(empty.form().fill({"Añadir un comentario": "Sigue ahí"}).submit())
    assert "Su comentario está publicado" in done.text
    voted = reader.reads(done.form_to("Yo también lo veo").submit())
    assert "1 persona también lo ve" in voted.text
    closing = voted.form_to("Cerrar el caso").fill({"¿Qué ha cambiado?": "Ya no está"})
    assert "Ha cerrado este caso" in reader.reads(closing.submit()).text
    reader.reads(reader.visitor.open("/me?lang=es"), "Mis avisos")


def test_errors_are_in_spanish(reader: Spanish) -> None:
    """An empty form comes back with what to do, in Spanish, and with all that was typed."""
    page = reader.visitor.open("/report?lang=es&address=1200+W+Madison").form().submit()
    page = page.form().choose("Pothole").submit()
    page = reader.reads(page.form().fill({"About how deep": "honda"}).submit())
    assert page.status == 422
    assert page.soup.title
    assert page.soup.title.text.strip().startswith("Error: Cuéntenos sobre el problema")
    assert "Corrija 6 cosas" in text_of(page.soup.select_one(".error-summary"))
    assert page.problems[:3] == [
        "Escriba en pocas palabras qué ocurre",
        "Elija una respuesta para «Which lane is it in»",
        "Elija al menos una respuesta para «Which parts of the street are damaged»",
    ]
    assert "«About how deep is it» debe ser un número, como 4" in page.problems
    assert 'value="honda"' in page.html


def test_other_pages_are_in_spanish(reader: Spanish) -> None:
    """Pages beside the way, errors and finds of every kind are in Spanish too."""
    for path in ("/about", "/about/privacy", "/about/accessibility", "/about/apis", "/nowhere"):
        reader.reads(reader.visitor.open(f"{path}?lang=es"))
    for wanted in ("Nowhere+Road", "1200+Madisn", "60,-87.6", "91.5,-87.6", ""):
        reader.reads(reader.visitor.open(f"/report?lang=es&address={wanted}"))
    for longitude in ("-87.6278", "-86.5"):
        reader.reads(reader.visitor.open(f"/report?lang=es&lat=41.8819&lng={longitude}"))


def test_spanish_crossing_is_found(reader: Spanish) -> None:
    """What the front page's hint proposes works."""
    page = reader.visitor.open("/report?lang=es&address=esquina+de+Madison+y+Racine")
    assert "1 lugar coincide con «esquina de Madison y Racine»" in reader.reads(page).text
    assert "Cruce" in page.text


def test_frame_is_in_spanish(reader: Spanish) -> None:
    """The form in a city's own page keeps the language without a cookie as well."""
    page = reader.visitor.open("/embed/report?lang=es&address=1200+W+Madison")
    page = reader.reads(page).form().submit()
    assert page.path.startswith("/embed/")
    page = reader.reads(page, "¿Cuál es el problema?").form().choose("Pothole").submit()
    reader.reads(page, "Cuéntenos sobre el problema")


def test_language_switch_keeps_the_step(reader: Spanish) -> None:
    """Somebody halfway changes the language and stands at the same step of the same report."""
    page = reader.visitor.open("/report?lang=es&address=1200+W+Madison").form().submit()
    page = described(page.form().choose("Pothole").submit()).submit()
    link = page.soup.select_one('a[hreflang="en"]')
    assert link
    other = reader.visitor.open(urljoin(page.path, str(link["href"])))
    assert other.title == "Do you have a photo?"
    assert other.path.partition("?")[0] == page.path.partition("?")[0]
    assert other.follow("Back").form().values["description"] == ["Hoyo profundo"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("es-419", "es"),
        ("en-US,es;q=0.5", "en"),
        ("zu", "en"),
    ],
)
def test_browser_chooses_the_language(app: Flask, accepted: str, language: str) -> None:
    """Without a choice in the address a page speaks the best language that the browser asks for."""
    page = Visitor(app.test_client(), {"Accept-Language": accepted}).open("/")
    assert page.soup.html
    assert page.soup.html["lang"] == language
