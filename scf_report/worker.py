"""The delivery loop: work while there is any, wait a moment when there is none, tidy now and then."""

import threading
from collections.abc import Callable
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

    def run(self, stop: threading.Event) -> None:
        """Deliver until told to stop; the work in hand is finished first."""
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
