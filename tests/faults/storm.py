"""Kills and stops of workers and web servers while people send reports."""

import os
import random
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field

from tests.faults.doomed import DOUBT_ENDS
from tests.faults.site import DELIVER, Process, Site, stands_still, wait_for

BETWEEN_LOOKS = 0.3
"""Seconds."""


@dataclass(frozen=True)
class Size:
    """How much is sent, and how much of it is disturbed."""

    reports: int
    workers: int
    """How many deliver at a time, beside one that stands still."""
    worker_kills: int
    web_kills: int


@dataclass
class Storm:
    """Kills and stops, counted, spread over the time in which reports are sent."""

    site: Site
    chance: random.Random
    size: Size
    lost_at: str
    """The point at which one of the two workers, with a report in its hands, stops for good."""
    look: Callable[[float], None]
    """Told now and then what share of all is sent."""
    kills: Counter[str] = field(default_factory=Counter)

    def blow(self, web: Process, sent: Sequence[Future[set[str]]]) -> Process:
        """Go on until all is sent; returns the web server that is left."""
        site, size = self.site, self.size
        self._stopped(self.lost_at)
        sleeper, slept_at = self._stopped("before the POST's body"), time.monotonic()
        workers = deque(site.start_hurried_worker() for _ in range(size.workers))
        for turn in range(1, size.worker_kills + 1):
            self._wait_for_share(sent, turn / (size.worker_kills + 1))
            time.sleep(self.chance.uniform(0, 0.5))
            worker = self._replace("worker", workers.popleft(), site.start_hurried_worker)
            workers.append(worker)
            if turn % (size.worker_kills // size.web_kills) == 0:
                web = self._replace("web", web, site.start_web)
            if stands_still(sleeper) and time.monotonic() > slept_at + DOUBT_ENDS:
                os.kill(sleeper.pid, signal.SIGCONT)
                self.kills["stopped over its lease, and woken"] += 1
        self._wait_for_share(sent, 1)
        wait(sent)
        for each in (*workers, sleeper):
            site.kill(each)
        return web

    def _wait_for_share(self, sent: Sequence[Future[set[str]]], share: float) -> None:
        looked_at = 0.0
        while (done := sum(each.done() for each in sent)) < len(sent) * share:
            if time.monotonic() > looked_at + BETWEEN_LOOKS:
                self.look(done / len(sent))
                looked_at = time.monotonic()
            time.sleep(0.05)

    def _stopped(self, at: str) -> Process:
        process = self.site.start_doomed(at, *DELIVER, how="stop")
        wait_for(lambda: stands_still(process), f"does not stand still {at}")
        self.kills["stopped"] += 1
        return process

    def _replace(self, kind: str, process: Process, start: Callable[[], Process]) -> Process:
        self.site.kill(process)
        self.kills[kind] += 1
        return start()
