"""Commands for operators: ``flask deliver``, ``flask outbox``, ``flask purge``, ``flask migrate``."""

import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from scf_report.domain.delivery import State
from scf_report.usecases.operate_outbox import OperateOutbox
from scf_report.usecases.tidy import Tidy
from scf_report.worker import Worker


@dataclass(frozen=True, slots=True)
class Commands:
    """What the commands need."""

    worker: Worker
    outbox: OperateOutbox
    tidy: Tidy
    migrate: Callable[[], None]

    def install(self, app: Flask) -> None:
        """Add the commands to ``flask``."""
        app.cli.add_command(click.Command("deliver", callback=self.deliver, help=_DELIVER))
        app.cli.add_command(click.Command("purge", callback=self.tidy.run, help=_PURGE))
        app.cli.add_command(click.Command("migrate", callback=self.migrate, help=_MIGRATE))
        app.cli.add_command(self._outbox_group())

    def deliver(self) -> None:
        """Deliver reports until stopped."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        self.worker.run(stop)

    def _outbox_group(self) -> AppGroup:
        group = AppGroup("outbox", help="Look at the deliveries, and retry one.")

        @group.command("list", help="List deliveries, the longest waiting first.")
        @click.option("--state", type=click.Choice([state.value for state in State]))
        def list_(state: str | None) -> None:
            rows = self.outbox.list(State(state) if state else None)
            for row in rows:
                click.echo(_line(row))
            click.echo(f"{len(rows)} shown")

        @group.command(
            "show", help="Show one delivery by its reference, without personal data."
        )
        @click.argument("reference")
        def show(reference: str) -> None:
            for name, value in self._found(reference).items():
                click.echo(f"{name + ':':24}{'' if value is None else value}")

        @group.command("retry", help="Make a waiting or refused delivery due now.")
        @click.argument("reference")
        def retry(reference: str) -> None:
            state = self._found(reference)["state"]
            if not self.outbox.retry(reference):
                raise click.ClickException(
                    f"{reference} is {state}: only queued or rejected ones can be retried"
                )
            click.echo(f"{reference} is due now")

        return group

    def _found(self, reference: str) -> Mapping[str, Any]:
        row = self.outbox.show(reference)
        if row is None:
            raise click.ClickException(f"there is no delivery {reference}")
        return row


_DELIVER = "Deliver reports until stopped. Any number of these may run."
_MIGRATE = "Bring the database's tables up to date."
_PURGE = "Delete drafts and personal data whose time is over."


def _line(row: Mapping[str, Any]) -> str:
    return (
        f"{row['reference']}  {row['state']:13}  saved {row['saved_at']:%Y-%m-%d %H:%M:%S}Z"
        f"  tries {row['attempts']}  upstream {row['upstream_id'] or '-'}"
    )
