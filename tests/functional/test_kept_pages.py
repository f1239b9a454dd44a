"""Pages that are rendered and compressed once for many visitors, and are still each visitor's own."""

import gzip
from itertools import product

import brotli  # type: ignore[import-untyped]  # it ships none
import pytest
from flask import Flask

from scf_report.web.kept import PAGES_KEPT, CompressedPages

PAGES = ("/", "/about", "/about/privacy", "/about/accessibility")
DECODE = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize("way", DECODE)
def test_every_visitor_reads_the_page_that_was_asked_for(app: Flask, way: str) -> None:
    """Whoever was there before, in whatever language: what was compressed is the page itself."""
    client = app.test_client()
    wanted = list(product(PAGES, ("", "?lang=es", "?lang=en&from=a")))
    plain = {page: client.get("".join(page)).data for page in wanted}
    assert len(set(plain.values())) == len(wanted)
    for _ in range(2):
        for page in reversed(wanted):
            answer = client.get("".join(page), headers={"Accept-Encoding": way})
            assert answer.headers["Content-Encoding"] == way
            assert "Accept-Encoding" in answer.headers["Vary"]
            assert DECODE[way](answer.data) == plain[page]


def test_other_answers_are_not_kept(app: Flask) -> None:
    """A page with a form is compressed anew for everybody, after a kept one, too."""
    client = app.test_client()
    words = {
        brotli.decompress(client.get(path, headers={"Accept-Encoding": "br"}).data)
        for path in ("/", "/report", "/embed/report", "/", "/report?lang=es")
    }
    assert len(words) == 4


def test_room_is_bounded() -> None:
    """However many pages there are, only so many are kept at a time."""
    pages = CompressedPages()
    for number in range(PAGES_KEPT * 2 + 1):
        pages.set(f"br;{number}", b"page")
    kept = [number for number in range(PAGES_KEPT * 2 + 1) if pages.get(f"br;{number}")]
    assert kept
    assert len(kept) <= PAGES_KEPT
    pages.set("br;", b"somebody's own")
    assert pages.get("br;") is None
