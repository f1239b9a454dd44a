"""Writers who come together are committed together, and each still gets what is its own."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from scf_report.storage.database import Database, StoreAwayError

notes = sa.Table("note", sa.MetaData(), sa.Column("words", sa.Text, unique=True))
MANY = 12
UNTIL_ALL_WAIT = 0.3
"""Seconds. Whoever is later than that is written later, which no test depends on."""


@pytest.fixture
def notebook(database: Database) -> Database:
    """Give a database with one table more."""
    with database.write() as connection:
        notes.create(connection)
    return database


def words(database: Database) -> set[str]:
    """Read what is stored."""
    with database.read() as connection:
        return set(connection.execute(sa.select(notes.c.words)).scalars())


def store(connection: sa.Connection, texts: Sequence[str]) -> list[str]:
    """Store texts; gives them back in capitals. Some words make trouble."""
    connection.execute(notes.insert(), [{"words": text} for text in texts])
    if "trouble" in texts:
        raise ZeroDivisionError
    return [text.upper() for text in texts]


Store = Callable[[sa.Connection, Sequence[str]], list[str]]


def together(
    database: Database, texts: Sequence[str], store: Store = store
) -> list[Future[str]]:
    """Have all of them stored while somebody else writes; returns what came of each."""
    with ThreadPoolExecutor(len(texts)) as pool:
        with database.write():
            asked = [pool.submit(database.write_together, store, text) for text in texts]
            time.sleep(UNTIL_ALL_WAIT if database.is_sqlite else 0)
        return asked


def test_each_gets_its_own(notebook: Database) -> None:
    """What is returned for one comes back to it, whoever stored it, and all of it is stored."""
    commits: list[sa.Connection] = []
    sa.event.listen(notebook.writer, "commit", commits.append)
    texts = [f"text {number}" for number in range(MANY)]
    asked = together(notebook, texts)
    assert [each.result() for each in asked] == [text.upper() for text in texts]
    assert words(notebook) == set(texts)
    if notebook.is_sqlite:
        assert len(commits) < MANY / 2
    assert notebook.write_together(store, "alone") == "ALONE"
    assert "alone" in words(notebook)


def test_different_things_share_a_commit(notebook: Database) -> None:
    """Each kind is stored by its own function, all in one transaction."""

    def backwards(connection: sa.Connection, texts: Sequence[str]) -> list[str]:
        return store(connection, [text[::-1] for text in texts])

    commits: list[sa.Connection] = []
    sa.event.listen(notebook.writer, "commit", commits.append)
    with ThreadPoolExecutor(4) as pool, notebook.write():
        asked = [
            pool.submit(notebook.write_together, kind, text)
            for kind, text in ((store, "ab"), (backwards, "cd"), (store, "ef"))
        ]
        time.sleep(UNTIL_ALL_WAIT if notebook.is_sqlite else 0)
    assert [each.result() for each in asked] == ["AB", "DC", "EF"]
    assert words(notebook) == {"ab", "dc", "ef"}
    if notebook.is_sqlite:
        assert len(commits) <= 3  # the one that was waited for, the first, and the others


def test_one_that_fails_takes_nobody_along(notebook: Database) -> None:
    """What it stored is undone, and it alone is told."""
    asked = together(notebook, ["before", "trouble", "after", "before"])
    errors = [type(each.exception()) for each in asked]
    assert errors[1] is ZeroDivisionError
    assert errors[2] is type(None)
    assert {errors[0], errors[3]} == {type(None), sa.exc.IntegrityError}  # whoever came later
    assert words(notebook) == {"before", "after"}
    with pytest.raises(ZeroDivisionError):
        notebook.write_together(store, "trouble")
    assert words(notebook) == {"before", "after"}


def test_a_full_disk_is_told_to_all(tmp_path: Path) -> None:
    """Nobody may believe to be stored who is not."""
    notebook = Database(f"sqlite:///{tmp_path / 'small.sqlite'}")
    with notebook.write() as connection:
        notes.create(connection)
        size = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    long = "x" * 400_000

    def flood(connection: sa.Connection, texts: Sequence[str]) -> list[str]:
        connection.exec_driver_sql(f"PRAGMA max_page_count={size + 20}")
        try:
            return store(connection, texts)
        finally:
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")

    texts = ["before", long, "after"]
    asked = together(notebook, texts, flood)
    stored = words(notebook)
    for work, text in zip(asked, texts, strict=True):
        assert (work.exception() is None) is (text in stored)
    assert isinstance(asked[1].exception(), StoreAwayError)
    assert notebook.write_together(store, "later") == "LATER"
    notebook.close()


def test_those_who_share_see_what_was_written_before(notebook: Database) -> None:
    """Those who share a transaction go after what was committed, like those who do not."""

    def number(connection: sa.Connection, texts: Sequence[str]) -> list[str]:
        if not notebook.is_sqlite:
            connection.execute(sa.text("LOCK TABLE note"))
        before = len(connection.execute(sa.select(notes.c.words)).all())
        return store(connection, [str(before + index) for index, _ in enumerate(texts)])

    asked = together(notebook, ["any"] * MANY, number)
    assert {each.result() for each in asked} == {str(number) for number in range(MANY)}
