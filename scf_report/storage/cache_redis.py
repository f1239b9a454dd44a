"""Where dogpile.cache keeps its values when several machines share Redis.

While Redis is away nothing is kept and everybody may load; the budget then says how often.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

from dogpile.cache import register_backend
from dogpile.cache.api import NO_VALUE, CacheBackend, CachedValue, CacheMutex, CacheReturnType
from dogpile.cache.region import value_version
from redis.exceptions import LockError
from typing_extensions import override

from scf_report.storage.cache_backend import LEASE, POLL
from scf_report.storage.redis_link import PREFIX, RedisAwayError, RedisLink

REDIS_BACKEND = "scf_report.redis"
"""The name under which dogpile finds ``RedisBackend``."""
KEPT = timedelta(days=8)
"""How long a value stays in Redis: longer than any is served."""


class RedisBackend(CacheBackend):
    """dogpile's values as JSON, their age told by Redis's clock.

    dogpile's own backend for Redis has them aged by each machine's clock; simulated time would
    not count, and a lost Redis would be an error of every page.
    """

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._link: RedisLink = arguments["redis"]
        self._clock: Callable[[], datetime] | None = arguments["clock"]
        self._prefix = f"{PREFIX}:read:{arguments['endpoint']}:"

    @override
    def get(self, key: str) -> CacheReturnType:
        try:
            with self._link.use() as client:
                both = client.pipeline(transaction=False)
                both.get(self._prefix + key)
                both.time()
                text, told = both.execute()
        except RedisAwayError:
            return NO_VALUE
        if text is None:
            return NO_VALUE
        created, value = json.loads(text)
        age = self._now(told) - created
        return CachedValue(value, {"ct": time.time() - age, "v": value_version})

    @override
    def set(self, key: str, value: CachedValue | bytes) -> None:
        payload = cast(CachedValue, value).payload
        with suppress(RedisAwayError), self._link.use() as client:
            created = self._now(client.time())
            text = json.dumps([created, payload], separators=(",", ":"))
            client.set(self._prefix + key, text, ex=KEPT)

    @override
    def get_mutex(self, key: str) -> CacheMutex:
        return _Lock(self._link, f"{self._prefix}lock:{key}")

    def _now(self, told: tuple[int, int]) -> float:
        """Tell the time; ``told`` is Redis's in seconds and microseconds."""
        if self._clock is not None:
            return self._clock().timestamp()
        return told[0] + told[1] / 1e6


register_backend(REDIS_BACKEND, __name__, "RedisBackend")  # type: ignore[no-untyped-call]


class _Lock(CacheMutex):
    """Redis's lock, which a killed holder loses by itself, and which any thread may release."""

    def __init__(self, link: RedisLink, name: str) -> None:
        self._link = link
        self._lock = link.client.lock(
            name, timeout=LEASE.total_seconds(), sleep=POLL, thread_local=False
        )

    @override
    def acquire(self, wait: bool = True) -> bool:
        try:
            with self._link.use():
                return bool(self._lock.acquire(blocking=wait))
        except RedisAwayError:
            return True

    @override
    def locked(self) -> bool:
        try:
            with self._link.use():
                return bool(self._lock.locked())
        except RedisAwayError:
            return False

    @override
    def release(self) -> None:
        # A lease that ran out meanwhile is not ours to release.
        with suppress(RedisAwayError), self._link.use(), suppress(LockError):
            self._lock.release()
