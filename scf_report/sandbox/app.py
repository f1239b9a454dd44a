"""The sandbox as one WSGI application, the same alone, mounted, or behind a client's transport."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, abort, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from scf_report.sandbox.answers import refusal
from scf_report.sandbox.api import ApiV2
from scf_report.sandbox.api.answers import refusal as api_refusal
from scf_report.sandbox.guard import Guard
from scf_report.sandbox.oauth import OAuthPages
from scf_report.sandbox.open311 import Open311
from scf_report.sandbox.pages import Pages
from scf_report.sandbox.photos import find_photo
from scf_report.sandbox.seeding import seed
from scf_report.sandbox.store import Store
from scf_report.sandbox.switchboard import Switchboard

LARGEST_BODY = 25 * 1024 * 1024
"""Bytes of one request; more is answered with 413."""


def utc_now() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


class Sandbox(Flask):
    """The WSGI application. Nothing is opened before the first request, migrate() or seed()."""

    def __init__(
        self,
        database: Path,
        places: Path | None,
        clock: Callable[[], datetime],
        public_root: str | None,
    ) -> None:
        super().__init__(__name__)
        self.store = Store(database)
        self.switchboard = Switchboard(self.store)
        self._places = places
        self._now: Callable[[], float] = lambda: clock().timestamp()
        self._public_root = public_root
        self.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
        self.json.sort_keys = False  # type: ignore[attr-defined]
        self.jinja_env.undefined = StrictUndefined
        self._add_routes()

    def migrate(self) -> None:
        """Make the database file and its tables where they are missing."""
        self.store.migrate()

    def seed(self, issues: int) -> int:
        """Fill up to this many seeded issues; return how many were added."""
        return seed(self.store, issues, places=self._places, now=self._now())

    def _add_routes(self) -> None:
        routes = Open311(self.store, self.switchboard, self._now, self._root_url).blueprint()
        api = ApiV2(self.store, self.switchboard, self._now, self._root_url).blueprint()
        for each in (routes, api):
            Guard(self.store, self.switchboard, self._now).protect(each)
            self.register_blueprint(each)
        pages = Pages(self.store, self.switchboard, self._now, self._root_url)
        self.register_blueprint(pages.blueprint())
        oauth = OAuthPages(
            self.store, self.switchboard, self._now, self._root_url, self._public_root
        )
        self.register_blueprint(oauth.blueprint())
        self.add_url_rule("/media/<name>", "media", self._media)
        self.register_error_handler(HTTPException, _api_error)

    def _root_url(self) -> str:
        """Return the absolute address of the sandbox's root, without a slash at its end."""
        return (self._public_root or request.root_url).rstrip("/")

    def _media(self, name: str) -> Response:
        with self.store.reading() as db:
            photo = find_photo(db, name) or abort(404)
        response = Response(photo.data, mimetype=photo.content_type)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.cache_control.max_age = 86_400
        response.add_etag()
        response.make_conditional(request)
        return response


def create_sandbox(
    database: Path,
    *,
    places: Path | None = None,
    clock: Callable[[], datetime] = utc_now,
    public_root: str | None = None,
) -> Sandbox:
    """Build the sandbox city.

    ``database`` is its own SQLite file, shared by all processes that are given the same one.
    ``places`` holds ``<city>/seeds.json`` with addresses for seeded issues. ``public_root`` is
    the address under which people reach it; without it, absolute addresses follow the request.
    """
    return Sandbox(database, places, clock, public_root)


def _api_error(error: HTTPException) -> Response | HTTPException:
    """Answer wrong addresses below the API in the API's own shape."""
    if request.path.startswith("/api/"):
        return api_refusal(error.code or 500, error.name).answer.response()
    if not request.path.startswith("/open311/"):
        return error
    form = "xml" if request.path.endswith(".xml") else "json"
    return refusal(error.code or 500, error.name).answer.response(form)
