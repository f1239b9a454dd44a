"""Pages as a person meets them: found by heading, filled in by label, sent by the first button."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
Value = str | list[str] | tuple[str, bytes]
"""Text, the labels of checked boxes, or name and content of a file."""


@dataclass
class Page:
    """One answer of the app, already audited."""

    visitor: "Visitor"
    response: TestResponse

    def __post_init__(self) -> None:
        self.status = self.response.status_code
        self.html = self.response.get_data(as_text=True)
        self.soup = BeautifulSoup(self.html, "html5lib")
        if self.response.mimetype == "text/html":
            audit(self.html, self.soup)

    @property
    def path(self) -> str:
        """Where the answer came from, query included."""
        request = self.response.request
        query = request.query_string.decode()
        return f"{request.path}?{query}" if query else request.path

    @property
    def title(self) -> str:
        """The page's main heading."""
        return text_of(self.soup.h1)

    @property
    def text(self) -> str:
        """All words of the page's main part, spaces folded."""
        return text_of(self.soup.main)

    @property
    def problems(self) -> list[str]:
        """The lines of the error summary."""
        return [text_of(link) for link in self.soup.select(".error-summary li")]

    def form(self, form_id: str = "step") -> "FilledForm":
        """Find a form by its id."""
        found = self.soup.find("form", id=form_id)
        assert isinstance(found, Tag), (
            f"no form #{form_id} on {self.title!r}: {self.text[:300]}"
        )
        return FilledForm(self, found)

    def form_to(self, words: str) -> "FilledForm":
        """Find the form with a button that says this."""
        for button in self.soup.find_all("button"):
            if words in text_of(button) and isinstance(form := button.find_parent("form"), Tag):
                return FilledForm(self, form)
        raise AssertionError(f"no button {words!r} on {self.title!r}")

    def follow(self, words: str) -> "Page":
        """Follow the first link in the main part with these words."""
        for link in self.soup.main.find_all("a") if self.soup.main else ():
            if words in text_of(link):
                return self.visitor.open(str(link["href"]))
        raise AssertionError(f"no link {words!r} on {self.title!r}")


class FilledForm:
    """A form with its present values, as a browser would send it."""

    def __init__(self, page: Page, form: Tag) -> None:
        self.page, self.tag = page, form
        self.values: dict[str, Any] = {}
        for name, value in _present(form):
            self.values.setdefault(name, []).append(value)

    def fill(self, answers: Mapping[str, Value]) -> "FilledForm":
        """Answer by the words of labels and legends."""
        for label, value in answers.items():
            self._answer(label, value)
        return self

    def choose(self, words: str) -> "FilledForm":
        """Choose the radio button whose label has these words."""
        for label in self.tag.find_all("label"):
            button = self.tag.find("input", id=str(label.get("for")))
            if (
                words in text_of(label)
                and isinstance(button, Tag)
                and button.get("type") == "radio"
            ):
                self.values[str(button["name"])] = [str(button["value"])]
                return self
        raise AssertionError(f"no choice {words!r} in {text_of(self.tag)[:300]}")

    def submit(self, **changed: Any) -> Page:
        """Press the form's first button. ``changed`` overrides raw values by field name."""
        action = str(self.tag.get("action") or self.page.path)
        data = {**self.values, **changed}
        if str(self.tag.get("method", "get")).lower() == "get":
            # The form's values take the place of its address's query (HTML, "Mutate action URL").
            return self.page.visitor.open(action.partition("?")[0], query_string=data)
        multipart = self.tag.get("enctype") == "multipart/form-data"
        return self.page.visitor.post(action, data, multipart=multipart)

    def _answer(self, label: str, value: Value) -> None:
        field = self._by_label(label)
        name = str(field.get("name") or "")
        if isinstance(value, tuple):
            self.values[name] = [FileStorage(BytesIO(value[1]), filename=value[0])]
        elif isinstance(value, list):
            boxes = [self._by_label(words) for words in value]
            self.values[str(boxes[0]["name"])] = [str(box["value"]) for box in boxes]
        elif field.name == "select":
            options = {text_of(option): option for option in field.find_all("option")}
            self.values[name] = [str(options[value]["value"])]
        else:
            self.values[name] = [value]

    def _by_label(self, words: str) -> Tag:
        for label in self.tag.find_all(["label", "legend"]):
            if words not in text_of(label):
                continue
            if label.name == "legend":
                assert isinstance(label.parent, Tag)
                return label.parent
            field = self.tag.find(id=label["for"])
            assert isinstance(field, Tag)
            return field
        raise AssertionError(f"no field {words!r} in {text_of(self.tag)[:300]}")


class Visitor:
    """Somebody with a browser; only on their way through signing in does a page set a cookie."""

    def __init__(
        self,
        client: FlaskClient,
        headers: Mapping[str, str] | None = None,
        *,
        signs_in: bool = False,
    ) -> None:
        self.client, self.headers = client, {**SAME_ORIGIN, **(headers or {})}
        self.signs_in = signs_in

    def open(self, path: str, **more: Any) -> Page:
        """Go to an address."""
        response = self.client.get(path, headers=self.headers, follow_redirects=True, **more)
        assert self.signs_in or not response.headers.getlist("Set-Cookie")
        return Page(self, response)

    def post(self, path: str, data: Mapping[str, Any], *, multipart: bool = False) -> Page:
        """Send a form and follow where it leads."""
        kind = "application/x-www-form-urlencoded"
        body: Mapping[str, Any] | bytes = data
        if multipart:
            # Werkzeug's own client leaves the temporary file of a large body open.
            boundary, body = encode_multipart(data)
            kind = f'multipart/form-data; boundary="{boundary}"'
        response = self.client.post(
            path, data=body, content_type=kind, headers=self.headers, follow_redirects=True
        )
        assert self.signs_in or not response.headers.getlist("Set-Cookie")
        return Page(self, response)


def _present(form: Tag) -> Iterator[tuple[str, str]]:
    for field in form.find_all(["input", "textarea", "select"]):
        name = str(field.get("name") or "")
        if not name or field.get("type") in ("file", "submit", "image"):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            yield name, str(chosen["value"]) if isinstance(chosen, Tag) else ""
        elif field.name == "textarea":
            yield name, field.text.removeprefix("\n")
        elif field.get("type") not in ("radio", "checkbox") or field.has_attr("checked"):
            yield name, str(field.get("value", ""))


def text_of(tag: Tag | None) -> str:
    """All text below a tag, spaces folded."""
    return " ".join(tag.get_text(" ").split()) if tag else ""


def audit(html: str, soup: BeautifulSoup) -> None:
    """Check what every page owes its readers."""
    html5lib.HTMLParser(strict=True).parse(html)
    assert len(soup.find_all("h1")) == 1, "a page has one main heading"
    assert soup.title, "a page has a title"
    assert soup.title.text.strip(), "a page has a title"
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"ids stand once: {sorted(ids)}"
    for tag in soup.find_all(True):
        assert not tag.has_attr("style"), f"inline style on {tag.name}"
        assert not [name for name in tag.attrs if name.startswith("on")], "inline handler"
        for name in str(tag.get("aria-describedby") or "").split():
            assert name in ids, f"{name} is described nowhere"
    for script in soup.find_all("script"):
        assert script.get("src"), "scripts come from files"
    for field in soup.find_all(["input", "select", "textarea"]):
        if field.get("type") not in ("hidden", "submit", "image"):
            assert soup.find("label", attrs={"for": str(field.get("id"))}), (
                f"no label for {field}"
            )
    if soup.select(".error-summary"):
        assert soup.title.text.strip().startswith(("Error:", "Error :")), soup.title.text
