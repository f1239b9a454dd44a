"""compose.yaml runs what the Dockerfile makes, with settings that exist."""

import json
import re

import pytest

import app as way_in
from scf_report.settings import PREFIX, Settings
from tests.structure.documents import text
from tests.structure.test_dockerfile import instructions

SECRETS = {"SCF_SECRET_KEY": "sixteen or more characters", "POSTGRES_PASSWORD": "letters1"}


def part(name: str, indent: int = 2) -> str:
    """Return the lines below a key of this indentation."""
    pad = " " * indent
    found = re.search(
        rf"^{pad}{name}:.*\n((?:{pad} .*\n|\s*#.*\n|\n)*)", text("compose.yaml"), re.MULTILINE
    )
    assert found, name
    return found[1]


def given() -> dict[str, str]:
    """Give the settings of web and worker, with this machine's variables filled in."""

    def fill(match: re.Match[str]) -> str:
        return SECRETS[match[1]] if match[2] == ":?" else match[3]

    pairs = re.findall(rf"^    ({PREFIX}\w+): (.*)$", part("x-app", 0), re.MULTILINE)
    return {name: re.sub(r"\$\{(\w+)(:\?|:-)([^}]*)\}", fill, value) for name, value in pairs}


def services() -> set[str]:
    """Name the services."""
    return set(re.findall(r"^  (\w+):$", part("services", 0), re.MULTILINE))


def test_settings_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """What compose.yaml sets are settings; together they are accepted, and lead to its services."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set(given()) <= known
    for name, value in given().items():
        monkeypatch.setenv(name, value)
    settings = Settings.from_environment()
    assert settings.secrets() == (SECRETS["SCF_SECRET_KEY"],)
    hosts = re.findall(
        r"(?:@|redis://)(\w+)[:/]", f"{settings.database_url} {settings.redis_url}"
    )
    assert hosts == ["postgres", "redis"]
    assert services() == {"web", "worker", *hosts}


def test_secrets_come_from_outside() -> None:
    """No password and no key stands in the file, and none has a default."""
    for name in SECRETS:
        values = re.findall(rf"\$\{{{name}(.*?)\}}", text("compose.yaml"))
        assert values
        assert all(value.startswith(":?") for value in values)
    for line in re.findall(
        r"^.*(?:PASSWORD|KEY|TOKEN)\w*:.*$", text("compose.yaml"), re.MULTILINE
    ):
        assert "${" in line


def test_web_and_worker_are_the_images() -> None:
    """Both are built from the Dockerfile; the worker has the command of `python app.py`."""
    assert re.search(r"^  build: \.$", part("x-app", 0), re.MULTILINE)
    words = re.search(r"^    command: \[(.*)\]$", part("worker"), re.MULTILINE)
    assert words
    assert words[1].split(", ") == way_in._worker()[2:]  # noqa: SLF001  # its only other reader
    assert "command" not in part("web")
    assert re.search(rf":{instructions('EXPOSE')[0]}$", part("web"), re.MULTILINE)
    (volume,) = instructions("VOLUME")
    assert f"- data:{volume}\n" in part("x-app", 0)


def test_there_are_several_of_each_and_the_database_can_bear_them() -> None:
    """Two at least; all their connections together are fewer than PostgreSQL allows by default."""
    numbers = [
        int(number)
        for name in ("web", "worker")
        for number in re.findall(r"replicas: (\d+)", part(name))
    ]
    assert len(numbers) == 2
    assert min(numbers) >= 2
    told = re.search(r"opens up to (\d+) connections", text("docs/operations.md"))
    assert told
    assert sum(numbers) * int(told[1]) < 100


def test_images_of_others_are_pinned() -> None:
    """Each has a whole version."""
    images = re.findall(r"^\s+image: (\S+)$", text("compose.yaml"), re.MULTILINE)
    others = [image for image in images if not image.startswith("scf_report")]
    assert len(others) == 2
    for image in others:
        assert re.fullmatch(r"\w+:\d+\.\d+(\.\d+)?-bookworm", image), image


def test_what_is_needed_is_waited_for() -> None:
    """Servers start when database and Redis are healthy; web is watched by the image's own check."""
    for name in ("postgres", "redis"):
        assert re.search(r"^    healthcheck:\n      test: \[CMD, ", part(name), re.MULTILINE)
        needed = rf"^    {name}:\n      condition: service_healthy$"
        assert re.search(needed, part("x-app", 0), re.MULTILINE)
    assert "healthcheck" not in part("web")
    assert re.search(r"^    healthcheck:\n      disable: true$", part("worker"), re.MULTILINE)


def test_redis_never_forgets_the_count_for_want_of_memory() -> None:
    """It may drop what ends by itself; the count of calls does not end by itself."""
    words = re.search(r"^    command: (\[.*\])$", part("redis"), re.MULTILINE)
    assert words
    assert "--maxmemory-policy, volatile-" in words[1]
    assert json.loads(re.sub(r'(?<=[\[ ])([^\s"\],]+)', r'"\1"', words[1]))[0] == "redis-server"
