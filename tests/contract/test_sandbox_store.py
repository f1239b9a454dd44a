"""One file under many sandboxes."""

import sqlite3
import threading
from pathlib import Path

import pytest

from scf_report.sandbox import Sandbox, create_sandbox


def test_many_seed_one_new_file(tmp_path: Path) -> None:
    """Eight that seed the same new file at the same moment leave each issue once."""
    sandboxes = [create_sandbox(tmp_path / "s.sqlite") for _ in range(8)]
    start = threading.Barrier(len(sandboxes))
    added: list[int] = []

    def seed(sandbox: Sandbox) -> None:
        start.wait()
        added.append(sandbox.seed(20))

    threads = [threading.Thread(target=seed, args=(each,)) for each in sandboxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == [0] * 7 + [20]


def test_a_new_file_that_another_process_writes_is_waited_for(tmp_path: Path) -> None:
    """Opening a new file waits for another's write, which SQLite by itself does not do."""
    file = tmp_path / "s.sqlite"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.2, other.execute, ["COMMIT"])
    release.start()
    sandbox = create_sandbox(file)
    assert sandbox.seed(3) == 3
    release.join()
    other.close()


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    """What was written before an error is undone, and the file can be used on."""
    sandbox = create_sandbox(tmp_path / "s.sqlite")

    def write_and_fail() -> None:
        with sandbox.store.writing() as db:
            db.execute("INSERT INTO switches VALUES ('fault', 'down')")
            raise ValueError("planned")

    with pytest.raises(ValueError, match="planned"):
        write_and_fail()
    assert sandbox.switchboard.state()["fault"] == "none"
    assert sandbox.seed(1) == 1


def test_a_file_of_an_older_sandbox_is_opened(tmp_path: Path) -> None:
    """Reports that were kept before there were accounts are read like any other."""
    file = tmp_path / "s.sqlite"
    create_sandbox(file).seed(5)
    older = sqlite3.connect(file, isolation_level=None)
    for name in ("summary", "reporter", "anonymous", "seen"):
        older.execute(f"ALTER TABLE reports DROP COLUMN {name}")
    older.close()
    sandbox = create_sandbox(file)
    headers = {"User-Agent": "tests"}
    issues = sandbox.test_client().get(
        "/api/v2/issues?status=open,closed,archived", headers=headers
    )
    assert issues.get_json()["metadata"]["pagination"]["entries"] > 0
    assert sandbox.seed(6) == 1
