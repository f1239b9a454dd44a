"""``flask probe``: print what the endpoint says."""

from collections.abc import Iterator

import click

from scf_report.domain.geography import Point
from scf_report.domain.report_form import RequestType
from scf_report.usecases.probe import Discovery, ProbeEndpoint, UpstreamError, trouble_of


class _Place(click.ParamType[Point]):
    name = "LAT,LONG"

    def convert(
        self,
        value: str | Point,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Point:
        if isinstance(value, Point):
            return value
        try:
            latitude, longitude = map(float, value.split(","))
            return Point(latitude, longitude)
        except ValueError:
            self.fail(f"{value} is no place such as 41.8814,-87.6568", param, ctx)


def probe_command(probe: ProbeEndpoint) -> click.Command:
    """Make the command."""

    @click.command("probe", help="Ask the endpoint what it is and what can be reported.")
    @click.option("--at", type=_Place(), help="Where; needed when the place decides.")
    def run(at: Point | None) -> None:
        if at is None and probe.by_place:
            raise click.UsageError("this endpoint answers by place: give --at LAT,LONG")
        discovery = probe.discovery()
        for line in _discovery(discovery):
            click.echo(line)
        types = probe.request_types(at)
        if isinstance(types, UpstreamError):
            raise click.ClickException(f"what can be reported: {_trouble(types)}")
        click.echo(f"{len(types)} kinds of problem can be reported:")
        for each in types:
            click.echo(_line(each))

    return run


def _discovery(said: Discovery | UpstreamError) -> Iterator[str]:
    if isinstance(said, UpstreamError):
        # Not every server has it, and nothing here depends on it.
        yield f"no discovery: {_trouble(said)}"
        return
    yield f"contact: {said.contact or '-'}"
    yield f"keys: {said.key_service or '-'}"
    for each in said.endpoints:
        yield f"endpoint: {each.url}  {each.kind or '-'}  {', '.join(each.formats) or '-'}"


def _line(kind: RequestType) -> str:
    marks = {
        "asks questions": kind.has_questions,
        "the number comes later": kind.batch,
        "gives no number": kind.blackbox,
    }
    said = ", ".join(word for word, holds in marks.items() if holds)
    return f"  {kind.code:12}  {kind.name}" + (f"  ({said})" if said else "")


def _trouble(error: UpstreamError) -> str:
    return f"{trouble_of(error).value}: {error}"
