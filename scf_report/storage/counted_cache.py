"""A read cache that counts how its reads were answered."""

from typing_extensions import override

from scf_report.storage.cache import JSON, Cached, Load, ReadCache
from scf_report.storage.counts import CACHE_READS, Counts
from scf_report.storage.database import Database
from scf_report.storage.redis_link import RedisLink


class CountedCache(ReadCache):
    """Counts each read once: ``hit``, ``stale`` (an old answer was shown), ``miss`` or ``failed``."""

    def __init__(
        self, database: Database, counts: Counts, redis: RedisLink | None = None
    ) -> None:
        super().__init__(database, counts.endpoint, redis)
        self._counts = counts

    @override
    def get(self, key: str, load: Load, *, fresh_for: float, stale_for: float) -> Cached:
        asked = False

        def asking(kept: JSON) -> JSON:
            nonlocal asked
            asked = True
            return load(kept)

        result = "failed"
        try:
            cached = super().get(key, asking, fresh_for=fresh_for, stale_for=stale_for)
            # A stale answer may have begun a load beside this read.
            result = "stale" if cached.stale else "miss" if asked else "hit"
        finally:
            self._counts.add(CACHE_READS, (result,))
        return cached
