"""The delivery loop: work while there is any, wait a moment when there is none, tidy now and then."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from scf_report.usecases.deliver_report import DeliverReports
from scf_report.usecases.errors import StoreAwayError
from scf_report.usecases.tidy import Tidy

TIDY_EVERY = timedelta(minutes=10)
AFTER_TROUBLE = 2.0
"""Seconds to wait when the database is away, or something unforeseen went wrong."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker process. Several are harmless; each needs a ``deliver`` with a name of its own."""

    deliver: DeliverReports
    tidy: Tidy
    now: Callable[[], datetime]
    log: structlog.typing.FilteringBoundLogger
    beside: Sequence[Callable[[], float]] = ()
    """Other work, each with its own thread, so that a slow mail server never holds up a delivery.

    Each call does one piece, and returns the seconds until it is worth coming back."""

    def run(self, stop: threading.Event) -> None:
        """Deliver until told to stop; the work in hand is finished first."""
        threads = [
            threading.Thread(target=self._go_on, args=(work, stop)) for work in self.beside
        ]
        for thread in threads:
            thread.start()
        self._deliver(stop)
        for thread in threads:
            thread.join()

    def _deliver(self, stop: threading.Event) -> None:
        tidied_at: datetime | None = None
        while not stop.is_set():
            try:
                now = self.now()
                if tidied_at is None or now - tidied_at > TIDY_EVERY:
                    # Set first: tidying that breaks must not keep reports from being delivered.
                    tidied_at = now
                    self.tidy.run()
                wait = self.deliver.run_once()
            except StoreAwayError:
                self.log.exception("store away")
                wait = AFTER_TROUBLE
            except Exception:  # one broken row must not stop the others
                self.log.exception("delivery broke")
                wait = AFTER_TROUBLE
            stop.wait(wait)

    def _go_on(self, work: Callable[[], float], stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                wait = work()
            except StoreAwayError:
                self.log.exception("store away")
                wait = AFTER_TROUBLE
            except Exception:  # what is broken here must not end what works beside it
                self.log.exception("work beside deliveries broke")
                wait = AFTER_TROUBLE
            stop.wait(wait)
