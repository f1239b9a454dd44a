"""Settings are judged before anything starts, all at once, each by its name."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from scf_report.domain.delivery import Share
from scf_report.factory import build_core, create_app
from scf_report.settings import Settings, SettingsError
from tests.page import Visitor

BAD = {
    "SCF_UPSTREAM": ["seeclickfix.com", "ftp://x.example", "https://", "http://x:port", ""],
    "SCF_OPEN311_URL": ["open311", "http://[::1", "sandbox", "https://x.example/?key=1"],
    "SCF_PUBLIC_URL": ["report.example", "sandbox", "http://x.example:99999"],
    "SCF_API_URL": ["api", "https://x.example/?key=1"],
    "SCF_OAUTH_FLOW": ["password"],
    "SCF_OAUTH_AUTHORIZE_URL": ["/oauth/authorize"],
    "SCF_OAUTH_TOKEN_URL": ["ftp://x.example/token"],
    "SCF_OPEN311_CONTACT": ["mail", "email,fax"],
    "SCF_UPSTREAM_RATE": ["20", "20/0", "0/60", "-1/60", "many/60", "20/60/3"],
    "SCF_REPORT_LIMIT": ["ten", "10/", "/3600"],
    "SCF_DATABASE_URL": ["reports.db", "mysql://x/y", "postgresql://x/y"],
    "SCF_SECRET_KEY": ["short", "long enough for one,short"],
    "SCF_TRUSTED_PROXIES": ["-1", "all", "11"],
    "SCF_PORT": ["0", "65536", "http"],
    "SCF_EMBED_ORIGINS": [
        "city.example",
        "https://city.example/path",
        "https://a;b.example",
        "*",
        "https://a b.example",
        "https://user@city.example",
        "https://a.example?x",
    ],
    "SCF_GEOCODER": ["google"],
    "SCF_AREA": ["/nowhere/at/all.geojson"],
    "SCF_TIME_ZONE": ["Chicago", "CST6CDT7", "../etc/passwd"],
    "SCF_MAIL_URL": [
        "mail.example",
        "smtp://mail.example",
        "imap://mail.example?from=a@b.example",
        "smtp://mail.example?from=a@b.example",  # and no SCF_PUBLIC_URL
    ],
    "SCF_RETENTION_DAYS": ["0", "-3", "never"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_bad_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """One wrong value is one line that begins with the variable's name."""
    monkeypatch.setenv("SCF_SECRET_KEY", "long enough for a key")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment()
    lines = str(caught.value).splitlines()[1:]
    assert len(lines) == 1
    assert lines[0].startswith(f"- {name}: ")


def test_all_problems_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to start the app once for each mistake; secrets are not repeated."""
    monkeypatch.setenv("SCF_SECRET_KEY", "tooshort")
    monkeypatch.setenv("SCF_PORT", "x")
    monkeypatch.setenv("SCF_TIME_ZONE", "Mars/Olympus")
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment()
    message = str(caught.value)
    for name in ("SCF_SECRET_KEY", "SCF_PORT", "SCF_TIME_ZONE"):
        assert f"- {name}: " in message
    assert "tooshort" not in message


def test_foreign_upstream_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the demo makes its own secret; real reports are sealed with one that is set."""
    monkeypatch.delenv("SCF_SECRET_KEY", raising=False)
    monkeypatch.setenv("SCF_UPSTREAM", "https://seeclickfix.com")
    with pytest.raises(SettingsError, match="SCF_SECRET_KEY: must be set"):
        Settings.from_environment()


def test_signing_in_needs_a_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """An authorization server sends people back to one address, so it has to be known."""
    monkeypatch.setenv("SCF_OAUTH_CLIENT_ID", "reports")
    monkeypatch.delenv("SCF_PUBLIC_URL", raising=False)
    with pytest.raises(SettingsError, match="SCF_PUBLIC_URL: must be set with"):
        Settings.from_environment()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCF_UPSTREAM", "http://127.0.0.1:8311/"),
        ("SCF_PUBLIC_URL", "https://report.example"),
        (
            "SCF_EMBED_ORIGINS",
            "https://city.example, http://localhost:8000,https://*.city.example",
        ),
        ("SCF_DATABASE_URL", "postgresql+psycopg://reports@db/reports"),
        ("SCF_DATABASE_URL", "sqlite:////var/lib/reports.sqlite"),
        ("SCF_OPEN311_CONTACT", "email, first_name"),
        ("SCF_SECRET_KEY", "a new key for signing, an old key for reading"),
    ],
)
def test_good_values(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """What the documentation shows is taken."""
    monkeypatch.setenv("SCF_SECRET_KEY", "long enough for a key")
    monkeypatch.setenv(name, value)
    Settings.from_environment()


def test_demo_keeps_its_key(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    """The demo's key outlives a restart and is nobody else's to read."""
    first = make_settings().secrets()
    assert make_settings().secrets() == first
    assert len(first[0]) >= 32
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_demo_makes_one_key_for_all(make_settings: Callable[..., Settings]) -> None:
    """Web and worker start at the same moment, and agree on the key."""
    start = Barrier(8)

    def read(_: int) -> tuple[str, ...]:
        start.wait()
        return make_settings().secrets()

    with ThreadPoolExecutor(8) as pool:
        [(key,)] = set(pool.map(read, range(8)))
    assert key


def test_changed_key_keeps_old_drafts(make_settings: Callable[..., Settings]) -> None:
    """With the new key first and the old one behind it, a form that is open goes on."""
    old, new = "the old key of this app", "the new key of this app"
    before = Visitor(create_app(make_settings(secret_key=old, geocoder="none")).test_client())
    page = before.open("/report?address=41.881614,-87.656978").form().submit()
    keys = f"{new},{old}"
    after = Visitor(create_app(make_settings(secret_key=keys, geocoder="none")).test_client())
    page.visitor = after
    assert page.form().choose("Pothole").submit().title == "Tell us about the problem"
    assert after.open(page.path).form().choose("Pothole").submit().problems == []


def test_both_roots_share_one_budget(tmp_path: Path) -> None:
    """Open311 and APIv2 may be on two hosts; a call to either is counted, and together."""
    values = {
        "upstream": "https://city.example",
        "open311_url": "https://open311.city.example/v2",
        "api_url": "https://api.city.example/v2",
        "secret_key": "long enough for a key",
        "upstream_rate": "2/60",
        "data_dir": tmp_path,
    }
    core = build_core(Settings.from_environment(values))
    core.database.migrate()
    for host in ("open311.city.example", "api.city.example"):
        assert core.budget.take(host, Share.DELIVERY) == 0.0
    assert core.budget.take("api.city.example", Share.DELIVERY) > 0
    core.database.close()
