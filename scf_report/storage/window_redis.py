"""The sliding window in Redis, for many machines: one script, so that no two can take the same room."""

import secrets
from datetime import timedelta

import sqlalchemy as sa

from scf_report.storage.redis_link import PREFIX, RedisAwayError, RedisLink
from scf_report.storage.upstream_row import UpstreamRow
from scf_report.storage.window import SHORTEST_WAIT

AWAY_WAIT = 1.0
"""Seconds until it is worth asking again while Redis is away. What was started is not known then, so
nothing more is: a database that counted meanwhile would know nothing of what Redis has counted."""

_SCRIPT = """
-- KEYS: the starts. ARGV: now, span, allowed, calls, name of the start to count or "", rest until or "".
-- A sorted set of starts by their time; "rest", by minus the moment before which nothing starts,
-- tells an empty window from one that Redis has forgotten.
local key, now, edge = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[1]) - tonumber(ARGV[2])
local allowed, calls = tonumber(ARGV[3]), tonumber(ARGV[4])
local rest = redis.call('ZSCORE', key, 'rest')
if not rest then
  if ARGV[6] == '' then return 'forgotten' end
  rest = '-' .. ARGV[6]
  redis.call('ZADD', key, rest, 'rest')
end
if now + tonumber(rest) < 0 then return tostring(-tonumber(rest) - now) end
redis.call('ZREMRANGEBYSCORE', key, '(0', string.format('%.6f', edge))
local over = redis.call('ZCARD', key) - 1 + math.min(calls, allowed) - allowed
if over > 0 then
  return tostring(tonumber(redis.call('ZRANGE', key, over, over, 'WITHSCORES')[2]) - edge)
end
if ARGV[5] ~= '' then redis.call('ZADD', key, ARGV[1], ARGV[5]) end
return '0'
"""


class RedisWindow:
    """The window of one upstream host, on the database's clock.

    A start that was counted stays counted, whatever becomes of the transaction. Where Redis has
    lost its memory, nothing starts for a whole span.
    """

    def __init__(self, row: UpstreamRow, span: timedelta, link: RedisLink) -> None:
        self._row, self._span, self._link = row, span.total_seconds(), link
        self._key = f"{PREFIX}:starts:{row.host}"
        self._script = link.client.register_script(_SCRIPT)

    def take(self, connection: sa.Connection, allowed: int) -> float:
        """Count one start, if there is room."""
        return self._ask(connection, allowed, 1, secrets.token_hex(8))

    def room(self, connection: sa.Connection, allowed: int, calls: int) -> float:
        """Look without counting."""
        return self._ask(connection, allowed, calls, "")

    def used(self, connection: sa.Connection) -> int | None:
        """Count what is in the window."""
        edge = self._now(connection) - self._span
        try:
            with self._link.use() as client:
                return int(client.zcount(self._key, f"({max(edge, 0):.6f}", "+inf"))
        except RedisAwayError:
            return None

    def _ask(self, connection: sa.Connection, allowed: int, calls: int, name: str) -> float:
        now = self._now(connection)
        given = (f"{now:.6f}", self._span, allowed, calls, name)
        try:
            answer = self._run(*given, "")
            if answer == "forgotten":
                answer = self._run(*given, f"{self._begin(connection, now):.6f}")
        except RedisAwayError:
            return AWAY_WAIT
        wait = float(answer)
        return max(SHORTEST_WAIT, wait) if wait > 0 else 0.0

    def _run(self, *arguments: str | float) -> str:
        with self._link.use():
            answer: bytes = self._script([self._key], arguments)
        return answer.decode()

    def _begin(self, connection: sa.Connection, now: float) -> float:
        """Say from when on calls may start: at once where nobody can have made one before."""
        if self._row.read(connection) is not None:
            return now + self._span
        self._row.lock(connection)
        return now

    def _now(self, connection: sa.Connection) -> float:
        return self._row.database.now(connection).timestamp()
