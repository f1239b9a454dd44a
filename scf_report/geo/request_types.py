"""What can be reported at a place: asked of the upstream once, then kept for everybody."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Protocol

from scf_report.clients.errors import BudgetSpentError, RefusedError
from scf_report.clients.validators import UnchangedError, Validators
from scf_report.domain.geography import Point
from scf_report.domain.plain import (
    form_from_plain,
    form_to_plain,
    request_type_from_plain,
    request_type_to_plain,
)
from scf_report.domain.report_form import ReportForm, RequestType
from scf_report.storage.cache import JSON, NotLoadedError, ReadCache

FRESH = timedelta(minutes=15)
STALE = timedelta(days=7)
"""Kinds of problem and their questions change rarely; an old list beats none while the upstream is down."""
LISTS = 200
"""Of places, kept as values. When there are more, all are forgotten."""


@dataclass(frozen=True, slots=True)
class Staleness:
    """How old something is that should be newer; ``failing``: it could not be renewed a moment ago."""

    age: timedelta
    failing: bool


class NoSuchTypeError(Exception):
    """The upstream knows no such request type any more (404)."""


class TypeSource(Protocol):
    """Who is asked, without any proof of who asks: answers are kept for everybody.

    With ``known`` they raise UnchangedError for what is still the same. ``by_place``: the answer
    depends on the place.
    """

    @property
    def by_place(self) -> bool: ...  # noqa: D102  # said above

    def request_types(self, point: Point, known: Validators) -> tuple[RequestType, ...]:
        """Say what can be reported at the point."""
        ...

    def report_form(
        self, request_type: RequestType, point: Point, known: Validators
    ) -> ReportForm:
        """Give the questions of a request type."""
        ...


class RequestTypes:
    """The request types of one endpoint, by place, as one source tells them.

    ``mark`` keeps its answers apart from those of another source.
    """

    def __init__(self, source: TypeSource, cache: ReadCache, mark: str = "") -> None:
        self._source, self._cache, self._mark = source, cache, mark
        self._lists: dict[str, tuple[JSON, tuple[RequestType, ...]]] = {}

    def at(self, point: Point) -> tuple[RequestType, ...]:
        """Return what can be reported at the point; nothing where no organization answers.

        Raises the clients' UpstreamError when it is not known and cannot be asked, or
        NotLoadedError when this is not the time to ask.
        """

        def ask(known: Validators) -> JSON:
            types = self._source.request_types(point, known)
            return [request_type_to_plain(found) for found in types]

        key = self._kinds_key(point)
        plain = self._get(key, ask)
        # While it is fresh the cache gives one and the same list, which is read once.
        kept = self._lists.get(key)
        if kept is None or kept[0] is not plain:
            if len(self._lists) >= LISTS:
                self._lists.clear()
            kept = plain, tuple(request_type_from_plain(each) for each in plain)
            self._lists[key] = kept
        return kept[1]

    def form(self, request_type: RequestType, point: Point) -> ReportForm:
        """Return the questions of a request type. Raises as above, or NoSuchTypeError."""

        def ask(known: Validators) -> JSON:
            try:
                return form_to_plain(self._source.report_form(request_type, point, known))
            except RefusedError as error:
                if error.http_status != 404:
                    raise
                return None  # kept as well, so that it is not asked for again and again

        plain = self._get(self._form_key(request_type), ask)
        if plain is None:
            raise NoSuchTypeError
        return form_from_plain(plain)

    def types_staleness(self, point: Point) -> Staleness | None:
        """Tell how old the list of a place is, if it should be newer; asks nobody."""
        return self._staleness(self._kinds_key(point))

    def form_staleness(self, request_type: RequestType) -> Staleness | None:
        """Tell how old the questions of a type are, if they should be newer; asks nobody."""
        return self._staleness(self._form_key(request_type))

    def _get(self, key: str, ask: Callable[[Validators], JSON]) -> Any:  # noqa: ANN401  # as it was written
        def load(kept: JSON) -> JSON:
            validators: Any = kept["validators"] if isinstance(kept, dict) else {}
            known = Validators(**validators)
            try:
                return {"value": ask(known), "validators": asdict(known)}
            except UnchangedError:
                return kept
            except BudgetSpentError as error:
                raise NotLoadedError(error.wait) from error

        kept: Any = self._cache.get(
            key, load, fresh_for=FRESH.total_seconds(), stale_for=STALE.total_seconds()
        ).value
        return kept["value"]

    def _staleness(self, key: str) -> Staleness | None:
        kept = self._cache.peek(key, fresh_for=FRESH.total_seconds())
        if kept is None or not kept.stale:
            return None
        return Staleness(timedelta(seconds=round(kept.age_seconds)), kept.failing)

    def _kinds_key(self, point: Point) -> str:
        """Name what is asked: an organization's list is one for all places, else about 11 m count as one."""
        if not self._source.by_place:
            return f"{self._mark}kinds"
        return f"{self._mark}kinds:{point.latitude:.4f},{point.longitude:.4f}"

    def _form_key(self, request_type: RequestType) -> str:
        return f"{self._mark}questions:{request_type.code}"
