"""The connection to Redis, where machines may share what can be lost: the window and the kept reads.

Redis is never needed: whoever uses it says what holds while it is away.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT = 1.0
"""Seconds for a connection or an answer; Redis needs a thousandth of that."""
REST = 2.0
"""Seconds for which nobody of this process asks again, so that no page waits for one timeout after another."""
PREFIX = "scf_report"
"""The first word of every key, since others may use the same Redis."""
_log = logging.getLogger(__name__)


class RedisAwayError(Exception):
    """Redis does not answer now, or not as it should."""


class RedisLink:
    """One process's link. It is made anew by itself when Redis is back."""

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(
            url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            health_check_interval=30,
            # A connection that has died meanwhile is no outage; waiting twice helps nobody.
            retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        )
        self._rest_until = 0.0
        self._away = False

    @contextmanager
    def use(self) -> Iterator[redis.Redis]:
        """Give the client. Raises RedisAwayError, at once while it is left in peace."""
        if time.monotonic() < self._rest_until:
            raise RedisAwayError
        try:
            yield self.client
        except redis.RedisError as error:
            self._rest_until = time.monotonic() + REST
            if not self._away:
                self._away = True
                _log.error(
                    "redis away: %s", type(error).__name__
                )  # its text may hold the address
            raise RedisAwayError from error
        if self._away:
            self._away = False
            _log.warning("redis is back")
