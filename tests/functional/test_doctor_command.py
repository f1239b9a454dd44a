"""What the check-up and the probe say, and that each trouble has a line and a remedy."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.cli import FlaskGroup

from scf_report.cli.doctor import WORDS
from scf_report.domain.delivery import Share
from scf_report.factory import Core, create_app
from scf_report.settings import Settings
from scf_report.storage.outbox import outbox
from tests.conftest import Clock
from tests.functional.conftest import city
from tests.mail_server import Postbox, serving

Command = Callable[..., Result]


def lines(result: Result) -> dict[str, list[str]]:
    """Read the lines that are not "ok", by what they are about."""
    found: dict[str, list[str]] = {}
    for line in result.output.splitlines():
        verdict, thing, words = line[:5].strip(), line[6:19].strip(), line[20:]
        assert verdict in {"ok", "warn", "fail"}, line
        if verdict != "ok":
            found.setdefault(thing, []).append(f"{verdict}: {words}")
    return found


def test_a_sound_installation(flask: Command, core: Core, tmp_path: Path) -> None:
    """One line a thing, none of them wrong, and exit status 0."""
    result = flask("doctor")
    # What set-up builds may be missing where only tests run.
    assert set(lines(result)) <= {"static files", "translations"}
    assert result.exit_code == 0
    told = [line[6:19].strip() for line in result.output.splitlines()]
    folder = ["data folder"] if core.database.is_sqlite else []
    assert told == [
        "settings",
        "key",
        "sign-in",
        *folder,
        "static files",
        "translations",
        "database",
        "upstream",
        "budget",
        "clock",
        "deliveries",
    ]
    assert f"{tmp_path}" in result.output


def test_it_costs_one_call(flask: Command, core: Core) -> None:
    """Within the budget that everybody shares."""
    flask("doctor")
    with core.database.read() as connection:
        assert core.budget.standing(connection).left == 19


@pytest.mark.parametrize(
    ("fault", "verdict", "said"),
    [
        ("down", "fail", "is not Open311"),
        ("html", "fail", "is not Open311"),
        ("429", "warn", "fewer calls"),
        ("500-before", "fail", "is not Open311"),
    ],
)
def test_an_upstream_in_trouble(
    flask: Command, core: Core, fault: str, verdict: str, said: str
) -> None:
    """What kind of trouble it is, and what to do."""
    city(core, fault=fault, count="2", retry_after="30")
    result = flask("doctor")
    [line] = lines(result)["upstream"]
    assert line.startswith(f"{verdict}: ")
    assert said in line
    assert result.exit_code == (1 if verdict == "fail" else 0)


def test_a_pause_and_a_spent_budget(flask: Command, core: Core) -> None:
    """Neither is a failure; both are told."""
    host = core.endpoint.open311_root.split("/")[2]
    for _ in range(20):
        core.budget.take(host, Share.DELIVERY)
    result = flask("doctor")
    assert "not asked" in lines(result)["upstream"][0]
    assert "none of 20 calls" in lines(result)["budget"][0]
    core.budget.pause(host, 120)
    assert "no call for 120 s" in lines(flask("doctor"))["budget"][0]
    assert result.exit_code == 0


def test_nobody_delivers(flask: Command, reference: str, clock: Clock) -> None:
    """After five minutes it is a failure, with the command that mends it."""
    del reference
    clock.move(minutes=7)
    result = flask("doctor")
    assert lines(result)["deliveries"] == [
        "fail: due for 7 min and no worker takes them — start flask --app app deliver"
    ]
    assert result.exit_code == 1


def test_a_person_is_waited_for(flask: Command, undecided: str) -> None:
    """Undecided ones are told, with the command that lists them."""
    del undecided
    result = flask("doctor")
    [line] = lines(result)["deliveries"]
    assert line.startswith("warn: 1 wait for a person")
    assert result.exit_code == 0


def test_reports_for_another_city(flask: Command, reference: str, core: Core) -> None:
    """They would wait for ever, unseen."""
    del reference
    with core.database.write() as connection:
        connection.execute(outbox.update().values(endpoint="another.example"))
    assert "1 wait for an upstream" in lines(flask("doctor"))["deliveries"][0]


def test_a_key_that_is_gone(
    flask: Command, reference: str, make_settings: Callable[..., Settings], clock: Clock
) -> None:
    """What it sealed cannot be delivered: a failure that says how many."""
    del reference
    assert flask("doctor").exit_code == 0
    settings = make_settings(geocoder="none", secret_key="another one that is long enough")
    result = create_app(settings, clock=clock).test_cli_runner().invoke(args=["doctor"])
    [line] = lines(result)["key"]
    assert line.startswith("fail: 1 deliveries are sealed")
    assert result.exit_code == 1


def test_a_key_that_others_can_read(flask: Command, tmp_path: Path) -> None:
    """The demo's own file is for its user alone."""
    (tmp_path / "secret_key").chmod(0o644)
    assert "can be read by others" in lines(flask("doctor"))["key"][0]


def test_a_clock_that_is_wrong(flask: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's against the upstream's: a look, or a failure where look-ups go wrong."""
    for minutes, said in ((5, "warn: this machine"), (90, "fail: the upstream")):
        ahead = timedelta(minutes=minutes)
        monkeypatch.setattr("scf_report.clients.timing._ahead", lambda _, by=ahead: by)
        assert lines(flask("doctor"))["clock"][0].startswith(said)


def test_settings_that_fit_badly(make_settings: Callable[..., Settings], clock: Clock) -> None:
    """Https without a proxy that may be believed, and a city without an address of our own."""

    def examine(**values: object) -> dict[str, list[str]]:
        app = create_app(make_settings(geocoder="none", **values), clock=clock)
        return lines(app.test_cli_runner().invoke(args=["doctor"]))

    https = examine(public_url="https://report.example")
    assert "SCF_TRUSTED_PROXIES" in https["settings"][0]
    assert "settings" not in examine(public_url="https://report.example", trusted_proxies=1)
    real = examine(upstream="http://city.example", secret_key="a key that is long enough")
    assert "SCF_PUBLIC_URL" in real["settings"][0]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (httpx.ConnectError("refused"), "fail: no connection to http://sandbox.localhost/"),
        (httpx.ReadTimeout("slow"), "fail: no answer from http://sandbox.localhost/"),
    ],
)
def test_an_upstream_out_of_reach(
    settings: Settings, clock: Clock, error: Exception, said: str
) -> None:
    """Never reached and never answered are told apart."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    app = create_app(settings, clock=clock, transport=httpx.MockTransport(fail))
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert lines(result)["upstream"][0].startswith(said)
    assert result.exit_code == 1


def test_a_server_without_discovery_is_well(settings: Settings, clock: Clock) -> None:
    """Not every one has it; that it says so shows that it is there."""
    gone = httpx.MockTransport(lambda _: httpx.Response(404, json=[{"description": "no"}]))
    app = create_app(settings, clock=clock, transport=gone)
    assert "upstream" not in lines(app.test_cli_runner().invoke(args=["doctor"]))


def test_a_database_that_is_away(make_settings: Callable[..., Settings], clock: Clock) -> None:
    """The app starts all the same, and the check-up says what is wrong; what needs it is left out."""
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    app = create_app(make_settings(geocoder="none", database_url=url), clock=clock)
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert lines(result)["database"] == [
        "fail: does not answer — start it, or correct SCF_DATABASE_URL"
    ]
    assert result.exit_code == 1
    assert "upstream" not in result.output
    assert app.test_client().get("/readyz").get_json() == {"ready": False, "database": "away"}


def test_tables_of_another_version(flask: Command, core: Core) -> None:
    """Somebody has put an older back-up in."""
    with core.database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    assert "flask --app app migrate" in lines(flask("doctor"))["database"][0]


def test_a_database_that_cannot_be_written(
    make_settings: Callable[..., Settings], clock: Clock, tmp_path: Path
) -> None:
    """Everything that can be read is there, and yet no report would be kept."""
    file = tmp_path / "kept.sqlite"
    create_app(make_settings(geocoder="none", database_url=f"sqlite:///{file}"), clock=clock)
    url = f"sqlite:///file:{file}?mode=ro&uri=true"
    app = create_app(make_settings(geocoder="none", database_url=url), clock=clock)
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert "cannot be written" in lines(result)["database"][0]
    assert result.exit_code == 1


def test_wrong_settings_are_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any command says which ones, without a trace of the program."""
    monkeypatch.setenv("SCF_PORT", "none")
    group = FlaskGroup(create_app=create_app)
    result = CliRunner().invoke(group, ["doctor"])
    assert result.exit_code == 1
    assert "Error: Settings to put right:\n- SCF_PORT: " in result.output


@pytest.mark.enable_socket
@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
def test_the_mail_server_is_greeted(
    make_settings: Callable[..., Settings], clock: Clock
) -> None:
    """Nothing is sent; a wrong password and a server that is away are told, with what to set."""
    postbox = Postbox(password="horse-battery")

    def examine(port: int, password: str) -> dict[str, list[str]]:
        url = f"smtp://report:{password}@localhost:{port}?from=report@city.example"
        settings = make_settings(
            geocoder="none", mail_url=url, public_url="http://report.example"
        )
        result = create_app(settings, clock=clock).test_cli_runner().invoke(args=["doctor"])
        assert "mail " in result.output
        assert password not in result.output
        return lines(result)

    with serving(postbox) as port:
        assert "mail" not in examine(port, "horse-battery")
        refused = examine(port, "no-staple")
    assert "SMTPAuthenticationError 535" in refused["mail"][0]
    assert "SCF_MAIL_URL" in examine(port, "horse-battery")["mail"][0]
    assert postbox.asked == 0


def test_every_trouble_has_a_remedy() -> None:
    """Each line that is not "ok" says what to do after a dash; no line is long-winded."""
    for (thing, code), words in WORDS.items():
        if code not in {"ok", "own file", "not told"}:
            assert " — " in words, (thing, code)
        assert len(words) < 150, (thing, code)


def test_probe_prints_what_the_endpoint_says(
    make_settings: Callable[..., Settings], clock: Clock
) -> None:
    """What it is, and every kind of problem with its code and what is special about it."""
    app = create_app(make_settings(geocoder="none", organization_id="101"), clock=clock)
    result = app.test_cli_runner().invoke(args=["probe"])
    assert result.exit_code == 0
    assert "endpoint: " in result.output
    assert "19 kinds of problem" in result.output
    assert "10101         Pothole in street  (asks questions)" in result.output
    assert "10132" in result.output
    assert "the number comes later" in result.output


def test_probe_by_place(flask: Command) -> None:
    """Where the place decides it has to be given, and be one."""
    assert "give --at LAT,LONG" in flask("probe").output
    for wrong in ("here", "41.88", "95,0", "1,2,3"):
        result = flask("probe", "--at", wrong)
        assert result.exit_code == 2
        assert "is no place such as" in result.output
    assert "19 kinds of problem" in flask("probe", "--at", "41.8814,-87.6568").output
    assert "0 kinds of problem" in flask("probe", "--at", "0,0").output


def test_probe_tells_how_it_failed(flask: Command, core: Core) -> None:
    """The endpoint's own words, and exit status 1 when not even the kinds can be read."""
    city(core, fault="500-before", count="10")
    result = flask("probe", "--at", "41.8814,-87.6568")
    assert result.exit_code == 1
    assert "no discovery: the answer cannot be used: <GET " in result.output
    assert "what can be reported: the answer cannot be used: <GET " in result.output
    assert "-> 500" in result.output
