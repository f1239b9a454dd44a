"""The photo step: what is no photo is told, and what was kept before stays."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from scf_report.web.problem import LARGEST_UPLOAD
from tests.conftest import Clock
from tests.page import Page

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def jpeg(color: str = "gray", size: tuple[int, int] = (64, 48)) -> bytes:
    """Make a photo."""
    out = BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG")
    return out.getvalue()


def png(width: int, height: int) -> bytes:
    """Make a PNG that claims to be of this size and has no pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


REFUSED = {
    "text": ("hole.jpg", b"This is a text", "This file is not a photo"),
    "svg": ("hole.svg", SVG, "This file is not a photo"),
    "svg named jpg": ("hole.jpg", SVG, "This file is not a photo"),
    "nothing": ("hole.jpg", b"", "This file is empty"),
    "60 MB": ("hole.jpg", jpeg() + b"\0" * 60_000_000, "This photo is larger than 25 MB"),
    "900 megapixels": ("hole.png", png(30_000, 30_000), "more than 50 megapixels"),
    "cut off": ("hole.jpg", jpeg(size=(640, 480))[:400], "This photo is damaged"),
}


def upload(page: Page, name: str, data: bytes) -> Page:
    """Choose a file and go on."""
    return page.form().fill({"Photo": (name, data)}).submit()


@pytest.mark.parametrize(("name", "data", "said"), REFUSED.values(), ids=REFUSED)
def test_file_that_is_no_photo(
    app: Flask, at_step: Callable[..., Page], name: str, data: bytes, said: str
) -> None:
    """It is told at the field with a way out; an earlier photo is still there and shown."""
    page = at_step("photos")
    assert upload(page, "first.jpg", jpeg("red")).title == "How do you want to send this?"
    refused = upload(page.visitor.open(page.path), name, data)
    assert refused.status == 422
    [problem] = refused.problems
    assert said in problem
    assert problem.endswith("or continue without one")
    picture = refused.soup.select_one("main img")
    assert picture
    kept = app.test_client().get(str(picture["src"]))
    assert Image.open(BytesIO(kept.data)).getpixel((9, 9)) == pytest.approx((254, 0, 0), abs=2)
    assert refused.form().submit().title == "How do you want to send this?"


def test_upload_beyond_all_measure(at_step: Callable[..., Page]) -> None:
    """More than 80 MB are a page that says so and leads back; the draft is as it was."""
    page = at_step("photos")
    refused = upload(page, "hole.jpg", b"\0" * (LARGEST_UPLOAD + 1))
    assert refused.status == 413
    assert refused.title == "That is too large"
    assert "Your report is kept" in refused.text
    link = refused.soup.select_one("main a.btn")
    assert link
    assert (
        page.visitor.open(page.path.partition("?")[0] + str(link["href"])).title == page.title
    )


def test_photo_can_be_taken_back(app: Flask, at_check: Callable[..., Page]) -> None:
    """A removed photo is gone from the check page and from its address."""
    page = at_check()
    photos = page.visitor.open(page.path.replace("check", "photos"))
    page = upload(photos, "hole.jpg", jpeg())
    picture = page.soup.select_one("main img")
    assert picture
    photos = page.visitor.open(photos.path)
    page = photos.form_to("Remove the photo").submit()
    assert page.title == "Do you have a photo?"
    assert not page.soup.select("main img")
    assert app.test_client().get(str(picture["src"])).status_code == 404
    assert not page.form().submit().soup.select("main img")


def test_answer_to_removing_can_be_loaded_again(at_step: Callable[..., Page]) -> None:
    """The address of a button is no dead end: it leads to its step."""
    page = at_step("photos")
    for button in ("/remove", "/remove?lang=es"):
        assert page.visitor.open(page.path + button).soup.find("form", id="step")


def test_photo_of_an_old_page_is_kept(at_step: Callable[..., Page], clock: Clock) -> None:
    """A file cannot be kept by the form, so it is by us when the page was open for too long."""
    page = at_step("photos")
    clock.move(hours=3)
    again = upload(page, "hole.jpg", jpeg())
    assert again.status == 422
    assert again.problems[0].startswith("This page was open for a long time.")
    assert again.soup.select("main img")
    assert again.form().submit().title == "How do you want to send this?"


def test_photo_of_a_foreign_page_is_asked_for_again(at_step: Callable[..., Page]) -> None:
    """With a token that is not ours nothing is kept, and nothing is dropped without a word."""
    form = at_step("photos").form().fill({"Photo": ("hole.jpg", jpeg())})
    page = form.submit(csrf_token="x")
    assert page.status == 422
    assert "Choose the photo once more" in page.problems
    assert not page.soup.select("main img")
