"""A read cache that counts how its reads were answered."""

from collections.abc import Callable

from typing_extensions import override

from scf_report.storage.cache import JSON, Cached, ReadCache
from scf_report.storage.counts import CACHE_READS, Counts
from scf_report.storage.database import Database


class CountedCache(ReadCache):
    """Counts each read once: ``hit``, ``stale`` (an old answer was shown), ``miss`` or ``failed``."""

    def __init__(self, database: Database, counts: Counts) -> None:
        super().__init__(database, counts.endpoint)
        self._counts = counts

    @override
    def get(
        self, key: str, load: Callable[[], JSON], *, fresh_for: float, stale_for: float
    ) -> Cached:
        asked = False

        def asking() -> JSON:
            nonlocal asked
            asked = True
            return load()

        result = "failed"
        try:
            cached = super().get(key, asking, fresh_for=fresh_for, stale_for=stale_for)
            # A stale answer may have begun a load beside this read.
            result = "stale" if cached.stale else "miss" if asked else "hit"
        finally:
            self._counts.add(CACHE_READS, (result,))
        return cached
