"""The catalogs hold every string of the pages, and hold it well."""

import gettext
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PROJECT = Path(__file__).resolve().parents[2]
SPANISH = PROJECT / "translations" / "es" / "LC_MESSAGES" / "messages.po"
SAME_IN_SPANISH = frozenset(
    {"API", "Error:", "No", "%(date)s, %(time)s", "%(number)s m", "%(number)s km"}
)
FILLED = r"%(?:\(\w+\))?[a-z%]"
"""What is filled in at run time."""
WORDS = {
    r"\breport": "avis",
    r"\bkinds?\b": "tipo",
    "receipt": "comprobante",
    "organization": "organizaci",
    "reference": "referencia",
    r"\bphotos?\b": "foto",
    r"\bplaces?\b": "lugar",
    r"\bissues?\b": "caso",
    "saved": "guard",
    "being sent": "se está enviando",
    "accepted": "acepta",
    r"\breview\b": "revis",
    "refused": "rechazado",
    "withdrawn": "retira",
}
"""What stands for what: an English word (a pattern) and what its translation has to have."""


@cache
def extracted() -> tuple[str | tuple[str, ...], ...]:
    """Gather the strings of the source as `make messages` does."""
    with (PROJECT / ".ci" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    keywords = {**DEFAULT_KEYWORDS, "_l": None}
    found = extract_from_dir(PROJECT, methods, options, keywords)
    return tuple(message for _file, _line, message, _comments, _context in found)


@cache
def spanish() -> Catalog:
    """Read the Spanish catalog."""
    with SPANISH.open("rb") as file:
        return read_po(file, locale="es", abort_invalid=True)


def pairs() -> Iterator[tuple[str, str]]:
    """Give each English text with its Spanish one, singular and plural apart."""
    for message in entries():
        yield from zip(forms(message.id), forms(message.string), strict=True)


def entries() -> Iterator[Message]:
    """Give the catalog's entries without its header."""
    return (message for message in spanish() if message.id)


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """Give all plural forms of a text."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def having(pattern: str, where: int) -> list[tuple[str, str]]:
    """Find the pairs whose English (0) or Spanish (1) text has a pattern in its own words."""
    return [
        pair
        for pair in pairs()
        if re.search(pattern, re.sub(FILLED, "", pair[where]), re.IGNORECASE)
    ]


def test_catalog_holds_what_pages_say() -> None:
    """Every string of templates, forms and pages is in the catalog, and no other (`make messages`)."""
    assert {forms(message.id) for message in entries()} == set(map(forms, extracted()))
    assert not spanish().obsolete


def test_catalog_is_complete() -> None:
    """Nothing is left to translate or marked as doubtful; a doubtful catalog would not be compiled."""
    assert not spanish().fuzzy
    assert [message.id for message in entries() if message.fuzzy] == []
    assert [pair for pair in pairs() if not pair[1].strip()] == []


def test_placeholders_stay() -> None:
    """What is filled in at run time is the same on both sides, in each plural form."""
    assert [
        pair
        for pair in pairs()
        if sorted(re.findall(FILLED, pair[0])) != sorted(re.findall(FILLED, pair[1]))
    ] == []


def test_nothing_is_left_in_english() -> None:
    """Only names and formats are the same in both languages."""
    assert {pair[0] for pair in pairs() if pair[0] == pair[1]} == SAME_IN_SPANISH


def test_ends_agree() -> None:
    """A sentence ends as a sentence, a label as a label, a question with both its marks."""
    ends = [(en, es) for en, es in pairs() if en[-1:] in ".?:)" or es[-1:] in ".?:)"]
    assert len(ends) > 100
    assert [(en, es) for en, es in ends if en[-1:] != es[-1:]] == []
    assert [(en, es) for en, es in pairs() if es.count("?") != es.count("¿")] == []


def test_quotes_are_spanish() -> None:
    """What English puts in “quotes” stands in «quotes», and in no others."""
    assert having('[“”"]', 1) == []
    for english, own in ("“«", "”»"):
        assert [(en, es) for en, es in pairs() if en.count(english) != es.count(own)] == []


@pytest.mark.parametrize("english", WORDS)
def test_one_word_for_one_thing(english: str) -> None:
    """A thing has the same name on every page."""
    found = having(english, 0)
    assert found
    assert [pair for pair in found if WORDS[english] not in pair[1].lower()] == []


def test_readers_are_usted() -> None:
    """Nobody is addressed as tú or vosotros, and no thing has a second name."""
    assert having(r"\b(tú|tus?|te|puedes|tienes|vuestr\w+|podéis)\b", 1) == []
    assert having(r"\b(reportes?|recibos?|tickets?|incidencias?|denuncias?)\b", 1) == []


def test_numbers_choose_the_form() -> None:
    """The compiled catalog speaks of one photo and of several ones, with its accents."""
    compiled = BytesIO()
    write_mo(compiled, spanish())
    compiled.seek(0)
    es = gettext.GNUTranslations(compiled)
    count = [es.ngettext("%(num)d photo", "%(num)d photos", n) % {"num": n} for n in (0, 1, 2)]
    assert count == ["0 fotos", "1 foto", "2 fotos"]
    assert es.gettext("First name") == "Nombre"
    assert es.gettext("Yes") == "Sí"
