"""Answers of upstreams, kept for all visitors: one load at a time, stale rather than nothing.

dogpile.cache decides who loads; here are the bounds on staleness and the pause after a failure
that it lacks.
"""

import hashlib
import logging
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from dogpile.cache import make_region
from dogpile.cache.api import NO_VALUE, CachedValue, CacheMutex
from dogpile.cache.region import value_version
from dogpile.lock import Lock, NeedRegenerationException

from scf_report.storage.cache_backend import BACKEND, KEY_LENGTH, cache_entries
from scf_report.storage.database import Database

JSON = bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"] | None
"""What may be kept: it is stored as text, never pickled, because others write to the store too."""

PAUSE = 30.0
"""Seconds for which nobody loads a key again after a failure; the upstream allows 20 calls a minute."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cached:
    """A value and how old it is; pages say so when it is ``stale``, past its ``fresh_for``."""

    value: JSON
    age_seconds: float
    stale: bool


class LoadFailedRecently(Exception):  # noqa: N818 - reads as what happened
    """Nothing usable is kept, and less than ``PAUSE`` ago a load failed, so none was tried."""


class ReadCache:
    """The kept reads of one endpoint. Private content never goes in."""

    def __init__(self, database: Database, endpoint: str) -> None:
        self._database, self._endpoint = database, endpoint
        arguments = {"database": database, "endpoint": endpoint}
        self._region = make_region().configure(BACKEND, arguments=arguments)

    def get(
        self, key: str, load: Callable[[], JSON], *, fresh_for: float, stale_for: float
    ) -> Cached:
        """Return the value under the key, loading it when none is kept.

        Up to ``fresh_for`` seconds old it is served as it is; up to ``stale_for`` it is served
        while one thread loads it anew, or while loading fails; older than that, callers wait for
        the one that loads. ``load`` spends the budget itself. Raises what ``load`` raises, or
        ``LoadFailedRecently``.
        """
        name = _name(key)

        def stored() -> tuple[CachedValue, float]:
            return self._stored(name, fresh_for, stale_for)

        def create() -> tuple[CachedValue, float]:
            return self._create(name, load)

        def refresh(mutex: CacheMutex) -> None:
            def run() -> None:
                _refresh(mutex, stored, create, fresh_for)

            threading.Thread(target=run, name="cache-refresh", daemon=True).start()

        mutex = self._region.backend.get_mutex(name)
        with Lock(mutex, create, stored, fresh_for, refresh) as kept:  # type: ignore[no-untyped-call]
            age = max(0.0, kept.age)
            return Cached(kept.payload, age, stale=age > fresh_for)

    def purge(self, older_than: timedelta) -> None:
        """Forget what was loaded longer ago than this."""
        seen = sa.func.coalesce(cache_entries.c.created, cache_entries.c.until)
        with self._database.write() as connection:
            limit = self._database.now(connection) - older_than
            connection.execute(
                cache_entries.delete().where(
                    cache_entries.c.endpoint == self._endpoint, seen < limit
                )
            )

    def _stored(
        self, name: str, fresh_for: float, stale_for: float
    ) -> tuple[CachedValue, float]:
        # dogpile itself would serve stale values without limit and load again at each request
        # while the upstream is down.
        kept = self._region.get_value_metadata(name, ignore_expiration=True)
        if kept is not None and kept.age <= fresh_for:
            return kept, kept.cached_time
        if kept is not None and kept.age > stale_for:
            kept = None
        failed = self._region.get(_failure(name), expiration_time=PAUSE) is not NO_VALUE
        if kept is None:
            raise LoadFailedRecently if failed else NeedRegenerationException
        # During the pause a value passes for just loaded, so nobody tries.
        return kept, math.inf if failed else kept.cached_time

    def _create(self, name: str, load: Callable[[], JSON]) -> tuple[CachedValue, float]:
        try:
            value = load()
            self._region.set(name, value)
        except Exception:
            self._region.set(_failure(name), True)
            raise
        created = time.time()
        return CachedValue(value, {"ct": created, "v": value_version}), created


def _refresh(
    mutex: CacheMutex,
    stored: Callable[[], tuple[CachedValue, float]],
    create: Callable[[], tuple[CachedValue, float]],
    fresh_for: float,
) -> None:
    try:
        try:
            # dogpile looked before it had the lease; somebody may have been done in between.
            _, created = stored()
            if time.time() - created > fresh_for:
                create()
        finally:
            mutex.release()
    except Exception as error:  # noqa: BLE001 - the stale value was served; nobody waits for this
        _log.warning("refreshing a cached read failed: %s", type(error).__name__)


def _name(key: str) -> str:
    return _short(f"value {key}")


def _failure(name: str) -> str:
    return _short(f"failure {name}")


def _short(name: str) -> str:
    if len(name) <= KEY_LENGTH:
        return name
    return f"sha256 {hashlib.sha256(name.encode()).hexdigest()}"
