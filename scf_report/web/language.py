"""Which language a page speaks. It travels in the address (``?lang=es``), so it needs no cookie."""

from functools import cached_property, lru_cache
from gettext import NullTranslations
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.support import Translations
from flask import Flask, g, request
from flask_babel import Babel, Domain, get_locale, get_translations
from markupsafe import Markup
from typing_extensions import override

LANGUAGES = (("en", "English"), ("es", "Español"))
"""Code and own name of each language that is complete."""
STRINGS_KEPT = 5000
"""Of the templates, in all languages."""
_CODES = tuple(code for code, _ in LANGUAGES)
_LOCALES = {f"{code}_US": Locale(code, "US") for code in _CODES}
_LEFT_OUT = frozenset({"lang", "code", "state"})
"""The language itself, and what a sign-in brings back: that is good once, and written on no page."""


def asked_language() -> str:
    """Return the language that the address asks for; "" if it asks for none we have."""
    code = request.args.get("lang", "")
    return code if code in _CODES else ""


def select_language() -> str:
    """Choose the language: the address's, else the best that the browser accepts, else English.

    Times and numbers are written as in the United States in both, where the cities are.
    """
    return f"{asked_language() or _accepted_language() or _CODES[0]}_US"


def _accepted_language() -> str:
    """Return the first that we have of what the browser accepts, regions aside; "" for none.

    Werkzeug's ``best_match`` would serve "es" to "en-US, es;q=0.5", since it looks for whole tags first.
    """
    wanted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((code for code in wanted if code in _CODES), "")


def page_language() -> str:
    """Name the language that the page is written in, such as ``es_US``."""
    language: str | None = g.get("page_language")
    if language is None:  # outside a request, such as in a letter
        language = g.page_language = str(get_locale())
    return language


def language_links() -> list[tuple[str, str, str]]:
    """Return (code, own name, address of this same page) for every language."""
    others = [item for item in request.args.items(multi=True) if item[0] not in _LEFT_OUT]
    # Relative, since a path may be anything, "//elsewhere.example" included.
    return [
        (code, name, f"?{urlencode([*others, ('lang', code)])}") for code, name in LANGUAGES
    ]


class _Catalogs(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    """Looks for the catalog once for each page, where Flask-Babel's own does at each string."""

    @override
    def get_translations(self) -> Translations:
        catalog: Translations | None = g.get("catalog")
        if catalog is None:
            catalog = g.catalog = super().get_translations()
        return catalog


class _Languages(Babel):  # type: ignore[misc]
    """Flask-Babel with these catalogs."""

    @cached_property
    def domain_instance(self) -> Domain:
        """The catalogs that all strings are looked up in."""
        return _Catalogs(domain=self.domain)


def install_language(app: Flask, zone: ZoneInfo) -> None:
    """Let pages say ``_('…')``, and carry an asked-for language along to every address of a page."""
    _Languages(
        app,
        locale_selector=lambda: _LOCALES[g.get("page_language") or select_language()],
        timezone_selector=lambda: str(zone),
    )
    app.jinja_env.globals["_"] = _translate

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, Any]) -> None:
        if g.get("language") and endpoint != "static":
            values.setdefault("lang", g.language)

    @app.before_request
    def remember_language() -> None:
        g.language = asked_language()
        g.page_language = select_language()


def _translate(message: str, **values: object) -> Markup:
    """Translate a string of a template, always as a format, so that a percent sign is written twice."""
    text = _text(g.get("catalog") or get_translations(), message)
    return text % values if "%" in message else text


@lru_cache(STRINGS_KEPT)
def _text(catalog: NullTranslations, message: str) -> Markup:
    return Markup(catalog.gettext(message))  # noqa: S704  # our own words; values are escaped
