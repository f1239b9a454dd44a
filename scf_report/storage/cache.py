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

from scf_report.storage.cache_backend import DATABASE_BACKEND, KEY_LENGTH, cache_entries
from scf_report.storage.cache_redis import REDIS_BACKEND
from scf_report.storage.database import Database
from scf_report.storage.fresh import FreshValues
from scf_report.storage.redis_link import RedisLink

JSON = bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"] | None
"""What may be kept: it is stored as text, never pickled, because others write to the store too."""

PAUSE = 30.0
"""Seconds for which nobody loads a key again after a failure; the upstream allows 20 calls a minute."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cached:
    """A value and how old it is; pages say so when it is ``stale``, past its ``fresh_for``.

    ``failing``: it is stale, and could not be loaded anew a moment ago.
    """

    value: JSON
    age_seconds: float
    stale: bool
    failing: bool


class NotLoadedError(Exception):
    """Nothing usable is kept, and it is not the time to load: it may be in ``retry_seconds``.

    Raised by a load itself, it says that it was not even tried and when that makes sense.
    """

    def __init__(self, retry_seconds: float) -> None:
        super().__init__(retry_seconds)
        self.retry_seconds = retry_seconds


Load = Callable[[JSON], JSON]
"""Gets what is kept, however old, or None, so that it can ask whether that still holds."""


class ReadCache:
    """The kept reads of one endpoint, in the database or in Redis. Private content never goes in."""

    def __init__(
        self, database: Database, endpoint: str, redis: RedisLink | None = None
    ) -> None:
        self._database, self._endpoint = database, endpoint
        arguments = {
            "database": database,
            "endpoint": endpoint,
            "redis": redis,
            "clock": database.clock,
        }
        backend = REDIS_BACKEND if redis else DATABASE_BACKEND
        self._region = make_region().configure(backend, arguments=arguments)
        self._fresh = FreshValues[JSON](database.clock)

    def get(self, key: str, load: Load, *, fresh_for: float, stale_for: float) -> Cached:
        """Return the value under the key, loading it when none is kept.

        Up to ``fresh_for`` seconds old it is served as it is; up to ``stale_for`` it is served
        while one thread loads it anew, or while loading fails; older than that, callers wait for
        the one that loads. ``load`` spends the budget itself. Raises what ``load`` raises, or
        ``NotLoadedError``.
        """
        name = _name(key)
        if fresh := self._fresh.get(name, fresh_for):
            return Cached(*fresh, stale=False, failing=False)

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
            return self._cached(name, kept, fresh_for)

    def peek(self, key: str, *, fresh_for: float) -> Cached | None:
        """Return what is kept under the key, however old, without loading anything."""
        name = _name(key)
        if fresh := self._fresh.get(name, fresh_for):
            return Cached(*fresh, stale=False, failing=False)
        kept = self._region.get_value_metadata(name, ignore_expiration=True)
        return None if kept is None else self._cached(name, kept, fresh_for)

    def purge(self, older_than: timedelta) -> None:
        """Forget what was loaded longer ago than this; in Redis everything ends by itself."""
        seen = sa.func.coalesce(cache_entries.c.created, cache_entries.c.until)
        with self._database.write() as connection:
            limit = self._database.now(connection) - older_than
            connection.execute(
                cache_entries.delete().where(
                    cache_entries.c.endpoint == self._endpoint, seen < limit
                )
            )

    def _cached(self, name: str, kept: CachedValue, fresh_for: float) -> Cached:
        age = max(0.0, kept.age)
        stale = age > fresh_for
        if not stale:
            self._fresh.keep(name, kept.payload, age)
        return Cached(kept.payload, age, stale, stale and self._pause_left(name) > 0)

    def _stored(
        self, name: str, fresh_for: float, stale_for: float
    ) -> tuple[CachedValue, float]:
        # dogpile itself would serve stale values without limit and load again at each request
        # while the upstream is down.
        kept = self._region.get_value_metadata(name, ignore_expiration=True)
        if kept is not None and kept.age <= fresh_for:
            return kept, kept.cached_time
        pause = self._pause_left(name)
        if kept is None or kept.age > stale_for:
            raise NotLoadedError(pause) if pause > 0 else NeedRegenerationException
        # During the pause a value passes for just loaded, so nobody tries.
        return kept, math.inf if pause > 0 else kept.cached_time

    def _pause_left(self, name: str) -> float:
        """Seconds for which nobody loads this again, as it has just failed; 0.0 or less: none."""
        failure = self._region.get_value_metadata(_failure(name), ignore_expiration=True)
        return 0.0 if failure is None else failure.payload - failure.age

    def _create(self, name: str, load: Load) -> tuple[CachedValue, float]:
        kept = self._region.get(name, ignore_expiration=True)
        try:
            value = load(None if kept is NO_VALUE else kept)
            self._region.set(name, value)
        except Exception as error:
            wait = error.retry_seconds if isinstance(error, NotLoadedError) else PAUSE
            self._region.set(_failure(name), min(wait, PAUSE))
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
