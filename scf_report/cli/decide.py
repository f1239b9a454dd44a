"""``flask outbox decide``: show what was searched, ask a person, confirm, and keep the answer."""

import getpass

import click

from scf_report.domain.delivery import State
from scf_report.usecases.decide_delivery import (
    LONGEST_NAME,
    LONGEST_NUMBER,
    Case,
    DecideDelivery,
    Record,
    SealBrokenError,
)

NOT_THERE = "not there"
_RECORDS = {
    Record.OURS: "The city's record {number} carries {reference}.",
    Record.ANOTHERS: "Careful: the city's record {number} does not carry {reference}.",
    Record.NOT_SHOWN: "The city shows no public record {number}.",
    Record.UNREAD: "The city's record {number} could not be read now.",
}


def decide_command(decide: DecideDelivery) -> click.Command:
    """Make the command."""

    @click.command("decide", help="Decide about a delivery that nothing could prove.")
    @click.argument("reference")
    @click.option("--by", help="Who decides; without it the name you are logged in with.")
    def run(reference: str, by: str | None) -> None:
        name = _name(by)
        case = _open(decide, reference)
        click.echo(_searched(case))
        number = click.prompt(
            f'The city\'s number, or "{NOT_THERE}"', value_proc=lambda said: _read(case, said)
        )
        click.confirm(_question(decide, case, number), abort=True)
        if not decide.decide(case, number or None, name):
            raise click.ClickException(f"{case.reference} was decided meanwhile")
        led_to = f"is accepted under {number}" if number else "is queued again"
        click.echo(f"{case.reference} {led_to}, as {name} decided")

    return run


def _name(by: str | None) -> str:
    try:
        return ((by or "").strip() or getpass.getuser())[:LONGEST_NAME]
    except (KeyError, OSError):  # a user without a name, as in some containers
        raise click.UsageError("say who decides: --by NAME") from None


def _open(decide: DecideDelivery, reference: str) -> Case:
    try:
        case = decide.open(reference)
    except SealBrokenError:
        raise click.ClickException(
            f"{reference} is sealed with a key that is not in SCF_SECRET_KEY"
        ) from None
    match case:
        case None:
            raise click.ClickException(f"there is no delivery {reference}")
        case State():
            raise click.ClickException(
                f"{reference} is {case.value}: only undecided ones wait for a person"
            )
        case _:
            return case


def _searched(case: Case) -> str:
    known = "known to show" if case.type_is_seen else "not known to show"
    lines = [
        f"{case.reference} may have arrived, or not; nothing could prove which.",
        f"  kind of problem  {case.request_type} ({case.service_code}), {known} in public lists",
        f"  place            {case.address} ({case.point.latitude:.6f}, {case.point.longitude:.6f})",
        f"  saved            {case.saved_at:%Y-%m-%d %H:%M:%S}Z",
        f"  tries            {case.attempts}, the last {case.last_attempt_at:%Y-%m-%d %H:%M:%S}Z",
        f"  look-ups         {case.look_ups} since then, from {case.since:%Y-%m-%d %H:%M:%S}Z on",
        f"  the city's list  {case.list_url}",
    ]
    if case.service_request_token:
        lines.append(f"  the city's token {case.service_request_token}, never exchanged")
    lines.append(f"Look there for {case.reference} in the descriptions, or ask the city.")
    return "\n".join(lines)


def _read(case: Case, said: str) -> str:
    """Read the answer: a number, or nothing for "not there"."""
    number = said.strip().strip('"')
    if " ".join(number.lower().split()) == NOT_THERE:
        return ""
    if not number or len(number) > LONGEST_NUMBER or not number.isprintable():
        raise click.UsageError("give the city's number in one line")
    if case.reference.stands_in(number):
        raise click.UsageError("that is our own reference, not the city's number")
    return number


def _question(decide: DecideDelivery, case: Case, number: str) -> str:
    if not number:
        return (
            f"If {case.reference} has arrived after all, the city gets it twice. Send it again?"
        )
    holder = decide.holder(number)
    if holder is not None:
        raise click.ClickException(f"{number} is the number of {holder} already")
    found = decide.record(case, number)
    click.echo(_RECORDS[found].format(number=number, reference=case.reference))
    return f"Keep {case.reference} as accepted under {number}?"
