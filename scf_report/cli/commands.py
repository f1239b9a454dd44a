"""All commands together, and the short ones among them."""

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass

import click
from flask import Flask

from scf_report.cli.doctor import doctor_command
from scf_report.cli.outbox import outbox_group
from scf_report.cli.probe import probe_command
from scf_report.usecases.decide_delivery import DecideDelivery
from scf_report.usecases.doctor import Doctor
from scf_report.usecases.operate_outbox import OperateOutbox
from scf_report.usecases.probe import ProbeEndpoint
from scf_report.usecases.tidy import Tidy
from scf_report.worker import Worker


@dataclass(frozen=True, slots=True)
class Commands:
    """What the commands need."""

    worker: Worker
    outbox: OperateOutbox
    decide: DecideDelivery
    doctor: Doctor
    probe: ProbeEndpoint
    tidy: Tidy
    migrate: Callable[[], None]

    def install(self, app: Flask) -> None:
        """Add the commands to ``flask``."""
        for command in (
            click.Command("deliver", callback=self.deliver, help=_DELIVER),
            click.Command("purge", callback=self.tidy.run, help=_PURGE),
            click.Command("migrate", callback=self.migrate, help=_MIGRATE),
            outbox_group(self.outbox, self.decide),
            doctor_command(self.doctor),
            probe_command(self.probe),
        ):
            app.cli.add_command(command)

    def deliver(self) -> None:
        """Deliver reports until stopped."""
        # The web process may have begun while the database was away; whoever delivers needs it.
        self.migrate()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        self.worker.run(stop)


_DELIVER = "Deliver reports until stopped. Any number of these may run."
_MIGRATE = "Bring the database's tables up to date."
_PURGE = "Delete drafts and personal data whose time is over."
