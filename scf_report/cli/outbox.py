"""``flask outbox``: look at deliveries, export them, retry one, decide about one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from flask.cli import AppGroup

from scf_report.cli.decide import decide_command
from scf_report.domain.delivery import State
from scf_report.usecases.decide_delivery import DecideDelivery
from scf_report.usecases.operate_outbox import OperateOutbox

_state = click.option(
    "--state", type=click.Choice([state.value for state in State]), help="Only those."
)


def outbox_group(outbox: OperateOutbox, decide: DecideDelivery) -> AppGroup:
    """Make the group of commands."""
    group = AppGroup("outbox", help="Look at the deliveries, and act on one.")
    for command in (_list(outbox), _show(outbox), _retry(outbox), _export(outbox)):
        group.add_command(command)
    group.add_command(decide_command(decide))
    return group


def _list(outbox: OperateOutbox) -> click.Command:
    @click.command("list", help="List deliveries, the longest waiting first.")
    @_state
    def run(state: str | None) -> None:
        rows = outbox.list(_state_of(state))
        for row in rows:
            click.echo(_line(row))
        click.echo(f"{len(rows)} shown")

    return run


def _show(outbox: OperateOutbox) -> click.Command:
    @click.command("show", help="Show one delivery by its reference, without personal data.")
    @click.argument("reference")
    def run(reference: str) -> None:
        for name, value in _told(_found(outbox, reference)):
            click.echo(f"{name + ':':24}{value}")

    return run


def _retry(outbox: OperateOutbox) -> click.Command:
    @click.command("retry", help="Make a waiting or refused delivery due now.")
    @click.argument("reference")
    def run(reference: str) -> None:
        state = _found(outbox, reference)["state"]
        if not outbox.retry(reference):
            raise click.ClickException(
                f"{reference} is {state}: only queued or rejected ones can be retried"
            )
        click.echo(f"{reference} is due now")

    return run


def _export(outbox: OperateOutbox) -> click.Command:
    @click.command("export", help="Write all deliveries, one JSON object a line.")
    @_state
    @click.option("--personal", is_flag=True, help="With what residents wrote, unsealed.")
    def run(state: str | None, *, personal: bool) -> None:
        for row in outbox.export(_state_of(state), personal=personal):
            click.echo(json.dumps(row, default=_plain, ensure_ascii=False))

    return run


def _state_of(word: str | None) -> State | None:
    return State(word) if word else None


def _found(outbox: OperateOutbox, reference: str) -> Mapping[str, Any]:
    row = outbox.show(reference)
    if row is None:
        raise click.ClickException(f"there is no delivery {reference}")
    return row


def _line(row: Mapping[str, Any]) -> str:
    return (
        f"{row['reference']}  {row['state']:13}  saved {row['saved_at']:%Y-%m-%d %H:%M:%S}Z"
        f"  tries {row['attempts']}  upstream {row['upstream_id'] or '-'}"
    )


def _told(row: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    decisions: Sequence[Mapping[str, Any]] = row["decisions"]
    for name, value in row.items():
        if name != "decisions":
            yield name, "" if value is None else value
    for each in decisions:
        said = each["upstream_id"] or "not there"
        yield "decided", f"{said}, by {each['by']}, {each['at']:%Y-%m-%d %H:%M:%S}Z"


def _plain(value: datetime) -> str:
    return value.isoformat()
