"""The image is made and started as everything is made and started without one."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Flask
from packaging.specifiers import SpecifierSet

import app as way_in
from scf_report.settings import Settings
from tests.structure.documents import ROOT, project_files, relative, text

MADE = ("build",)
"""What set-up makes and the running app reads, beside the project's own files."""


def instructions(name: str) -> list[str]:
    """Return the arguments of every instruction of this name, continued lines joined."""
    joined = re.sub(r"\s*\\\n\s*", " ", text("Dockerfile"))
    return re.findall(rf"^{name}\s+(.*)$", joined, re.MULTILINE)


def base_version(image: str) -> str:
    """Return the version of a base image; wherever it is used, it is the same one."""
    versions = set(re.findall(rf"^FROM {image}:([\d.]+)-", text("Dockerfile"), re.MULTILINE))
    assert len(versions) == 1
    return str(versions.pop())


def copy_into(folder: Path, names: Iterable[str]) -> None:
    """Copy files of the project, as they lie, into a folder."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)


def in_the_image() -> list[str]:
    """Name the project's files that .dockerignore lets into the image."""
    return [name for name in map(relative, project_files()) if not kept_out(name)]


def planned(folder: Path, *targets: str) -> str:
    """Return what make would run there; it fails when a file that a target is made from is missing."""
    make = shutil.which("make") or "make"
    plan = subprocess.run(  # noqa: S603  # our own Makefile
        [make, "--dry-run", *targets],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert plan.returncode == 0, plan.stderr
    return plan.stdout


def made() -> list[list[str]]:
    """Give the targets that the image's build makes, a list for each layer."""
    return [
        targets.split()
        for line in instructions("RUN")
        for targets in re.findall(r"(?:^|&& )make ([^&]+)", line)
    ]


def test_set_up_is_the_makefiles(tmp_path: Path) -> None:
    """All that is installed and built comes from the Makefile's own set-up, with the image's files alone."""
    assert made()[-1] == ["setup"]
    assert not re.search(r"\b(uv|pip|npm) (pip )?(install|ci)\b", text("Dockerfile"))
    copy_into(tmp_path, in_the_image())
    plan = planned(tmp_path, *made()[-1])
    for step in ("npm ci --ignore-scripts", "--require-hashes", "scf_report.demo", "compress"):
        assert step in plan


def test_packages_have_a_layer_of_their_own(tmp_path: Path) -> None:
    """The first layer has what its targets are made from, and nothing that changes with the code."""
    first = [line for line in instructions("COPY") if "--from" not in line and line != ". ."]
    names = [name for line in first for name in line.split()[:-1]]
    copy_into(tmp_path, names)
    plan = planned(tmp_path, *made()[0])
    assert "npm ci --ignore-scripts" in plan
    assert "-r requirements.txt" in plan
    assert not [
        name for name in names if name.startswith(("scf_report", "static", "templates"))
    ]


def test_base_images_are_versions_that_are_supported() -> None:
    """Python and Node of the image are ones that the project asks for."""
    project = tomllib.loads(text("pyproject.toml"))
    python = base_version("python")
    assert python in SpecifierSet(project["project"]["requires-python"])
    assert python == project["tool"]["mypy"]["python_version"]
    engines = json.loads(text("package.json"))["engines"]["node"]
    assert f"{base_version('node')}.0" in SpecifierSet(engines)


def test_server_runs_as_without_an_image(make_settings: Callable[..., Settings]) -> None:
    """The image's command is the one of `python app.py`, but reachable from outside."""
    command = json.loads(instructions("CMD")[-1])
    outside = [word.replace("0.0.0.0:5000", "127.0.0.1:5000") for word in command[1:]]
    assert command[0] == "python"
    assert outside == way_in.web_command(make_settings())[1:]


def test_worker_command_is_explained() -> None:
    """The file says how the same image runs the worker, by the command of `python app.py`."""
    words = way_in._worker()  # noqa: SLF001  # its only other reader
    assert f"scf_report {' '.join(words[2:])}\n" in text("Dockerfile")


def test_health_is_asked_where_it_is(app: Flask) -> None:
    """The health check asks an address of the app, on the port that is served."""
    (check,) = instructions("HEALTHCHECK")
    found = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", check)
    assert found
    assert found[1] == str(Settings.model_fields["port"].default) == instructions("EXPOSE")[0]
    assert app.test_client().get(found[2]).status_code == 200


def test_runs_as_nobody_special_with_its_data_outside() -> None:
    """The last stage drops its rights, and what is kept lies in a volume that this user owns."""
    last = text("Dockerfile").split("\nFROM ")[-1]
    (user,) = re.findall(r"^USER (\w+)$", last, re.MULTILINE)
    assert user != "root"
    assert re.search(rf"useradd .*\b{user}\b", last)
    (volume,) = re.findall(r"^VOLUME (\S+)$", last, re.MULTILINE)
    assert f"SCF_DATA_DIR={volume}\n" in last
    assert re.search(rf"install -d -o {user} .*{volume}\b", last)


def kept_out(name: str) -> bool:
    """Tell whether .dockerignore keeps a file of the project out of the image."""
    patterns = [
        line for line in text(".dockerignore").splitlines() if line[:1] not in ("", "#")
    ]
    path = Path(name)
    return any(
        part.match(pattern) and len(part.parts) == 1 + pattern.count("/")
        for pattern in patterns
        for part in (path, *path.parents)
        if part.name
    )


def test_what_is_made_anew_is_kept_out() -> None:
    """Whatever git ignores, the image does not copy from somebody's folder either."""
    ignored = {line.rstrip("/") for line in text(".gitignore").splitlines()}
    listed = {line.removeprefix("**/") for line in text(".dockerignore").splitlines()}
    assert ignored <= listed


def test_image_holds_what_the_app_needs(tmp_path: Path, demo_places: Path) -> None:
    """With the files of the image alone, the app starts, and its pages and files are there."""
    copy_into(tmp_path, in_the_image())
    for name in MADE:
        shutil.copytree(ROOT / name, tmp_path / name)
    assert demo_places.is_dir()
    assert not (tmp_path / "tests").exists()
    assert (tmp_path / "Makefile").exists()
    code = """
from app import create_app
client = create_app().test_client()
for address in ("/", "/report?address=1200+W+Madison", "/about/privacy", "/sandbox/", "/readyz"):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
style = next(part for part in client.get("/").text.split('"') if part.endswith(".css"))
assert client.get(style).status_code == 200, style
"""
    environment = {"PATH": os.environ["PATH"], "SCF_DATA_DIR": str(tmp_path / "data")}
    subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, timeout=60
    )


def test_operators_page_has_the_same_server(make_settings: Callable[..., Settings]) -> None:
    """The command for operators has the worker class and the threads of `python app.py`."""
    command = " ".join(way_in.web_command(make_settings())[2:])
    shown = next(
        line for line in text("docs/operations.md").splitlines() if "`gunicorn " in line
    )
    for option in re.findall(r"--(?:bind|worker-class|workers|threads)=\S+", command):
        assert option in shown
