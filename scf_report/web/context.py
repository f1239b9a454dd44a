"""The names that every template has, whatever page it renders."""

from collections.abc import Callable, Hashable, Mapping, MutableMapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import Flask, g, render_template, request, url_for
from flask.templating import Environment
from flask_babel import gettext as _
from jinja2 import StrictUndefined
from typing_extensions import override

from scf_report.web.kept import keeping
from scf_report.web.language import asked_language, language_links, page_language
from scf_report.web.remembered import remembering


@dataclass(frozen=True, slots=True)
class Brand:
    """What this installation calls itself, and what its pages may claim."""

    name: str
    demo: bool
    osm: bool
    """Places are found in OpenStreetMap's data, which has to be said (ODbL)."""
    retention_days: int
    mail: bool
    """Updates by e-mail are sent."""


def render(page: Any, status: int = 200) -> tuple[str, int]:  # noqa: ANN401  # any page object
    """Render a page object: its fields are the template's variables."""
    return _html(page), status


def render_once(page: Hashable) -> str:
    """Render a page object that holds nothing but values, and keep it for the next who asks.

    What the template is given beside its fields follows from the address and the language, for
    those who are not signed in.
    """
    if g.get("session_view"):  # these pages name somebody
        return _html(page)
    html: str = g.kept(page, f"{request.script_root}{request.full_path}", page_language())
    return html


def _html(page: Any) -> str:  # noqa: ANN401  # any page object
    values = {item.name: getattr(page, item.name) for item in fields(page)}
    return render_template(page.template, **values)


class PlainEnvironment(Environment):
    """Gives each template its globals as one dictionary.

    At every import of a macro Jinja compares their names with the page's, which takes long for
    its chain of dictionaries. A global that is added once a template was used is not seen by it.
    """

    @override
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def install_context(app: Flask, brand: Brand, static_url: Callable[[str], str]) -> None:
    """Give templates their common names; a name that does not exist is an error."""
    _prepare(app.jinja_env, static_url)
    kept = keeping(_html)

    @app.before_request
    def see_where() -> None:
        # By the path, so that an error inside a frame is a page for a frame, too.
        g.embedded = request.path.startswith("/embed/")
        g.kept = kept

    @app.context_processor
    def common() -> dict[str, Any]:
        embedded = bool(g.get("embedded", False))
        links = _links(request.script_root, embedded, g.get("language", ""))
        return {
            "brand": brand.name,
            "demo": brand.demo,
            "osm": brand.osm,
            "retention_days": brand.retention_days,
            "mail": brand.mail,
            "embedded": embedded,
            "layout": "bare.html" if embedded else "base.html",
            "locale": page_language().partition("_")[0],
            "lang": asked_language(),
            "languages": language_links(),
            "nav": [
                (_("Report a problem"), links["report_url"], request.blueprint == "report")
            ],
            "standalone_url": _outside_the_frame(),
            **links,
        }


@lru_cache
def _links(_root: str, embedded: bool, _language: str) -> Mapping[str, str]:  # noqa: FBT001  # a key
    """Give the addresses that every page links to."""
    return {
        "home_url": url_for("embed.start" if embedded else "about.home"),
        "report_url": url_for("embed.start" if embedded else "report.start"),
        "privacy_url": url_for("about.privacy"),
        "access_url": url_for("about.accessibility"),
        "about_url": url_for("about.about"),
        "apis_url": url_for("about.apis"),
    }


def _prepare(environment: Environment, static_url: Callable[[str], str]) -> None:
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    # A global and no part of the context, because macros are imported without one.
    environment.globals["static"] = lambda path: request.script_root + static_url(path)
    environment.globals["remembered"] = remembering()


def _outside_the_frame() -> str:
    """Return this page's address as a page by itself; the draft in it goes along."""
    query = request.query_string.decode("ascii", "replace")
    path = f"{request.script_root}/{quote(request.path.removeprefix('/embed').lstrip('/'))}"
    return f"{path}?{query}" if query else path
