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

Work = Callable[[sa.Connection], str]


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


def note(text: str) -> Work:
    """Make the work that stores a text, and gives it back."""

    def work(connection: sa.Connection) -> str:
        connection.execute(notes.insert().values(words=text))
        return text

    return work


def together(database: Database, works: Sequence[Work]) -> list[Future[str]]:
    """Have all of it asked for while somebody else writes; returns what came of each."""
    with ThreadPoolExecutor(len(works)) as pool:
        with database.write():
            asked = [pool.submit(database.write_together, work) for work in works]
            time.sleep(UNTIL_ALL_WAIT if database.is_sqlite else 0)
        return asked


def test_each_gets_its_own(notebook: Database) -> None:
    """What one's work returns comes back to it, whoever did it, and all of it is stored."""
    commits: list[sa.Connection] = []
    sa.event.listen(notebook.engine, "commit", commits.append)
    texts = [f"text {number}" for number in range(MANY)]
    asked = together(notebook, [note(text) for text in texts])
    assert [each.result() for each in asked] == texts
    assert words(notebook) == set(texts)
    if notebook.is_sqlite:
        assert len(commits) < MANY / 2
    assert notebook.write_together(note("alone")) == "alone"
    assert "alone" in words(notebook)


def test_one_that_fails_takes_nobody_along(notebook: Database) -> None:
    """Half of its work is undone, and it alone is told."""

    def half(connection: sa.Connection) -> str:
        note("half")(connection)
        raise ZeroDivisionError

    works = [note("before"), half, note("after"), note("before")]
    asked = together(notebook, works)
    errors = [type(each.exception()) for each in asked]
    assert errors[1] is ZeroDivisionError
    assert errors[2] is type(None)
    assert {errors[0], errors[3]} == {type(None), sa.exc.IntegrityError}  # whoever came later
    assert words(notebook) == {"before", "after"}
    with pytest.raises(ZeroDivisionError):
        notebook.write_together(half)
    assert words(notebook) == {"before", "after"}


def test_a_full_disk_is_told_to_all(tmp_path: Path) -> None:
    """SQLite may take everything back then, so that nobody may believe to be stored."""
    notebook = Database(f"sqlite:///{tmp_path / 'small.sqlite'}")
    with notebook.write() as connection:
        notes.create(connection)
        size = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    long = "x" * 400_000

    def flood(connection: sa.Connection) -> str:
        connection.exec_driver_sql(f"PRAGMA max_page_count={size + 20}")
        try:
            return note(long)(connection)
        finally:
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")

    asked = together(notebook, [note("before"), flood, note("after")])
    stored = words(notebook)
    for work, text in zip(asked, ("before", long, "after"), strict=True):
        assert (work.exception() is None) is (text in stored)
    assert isinstance(asked[1].exception(), StoreAwayError)
    assert notebook.write_together(note("later")) == "later"
    notebook.close()


def test_work_sees_what_was_written_before_it(notebook: Database) -> None:
    """Those who share a transaction go one after another, like those who do not."""

    def add(connection: sa.Connection) -> str:
        if not notebook.is_sqlite:
            connection.execute(sa.text("LOCK TABLE note"))
        number = len(connection.execute(sa.select(notes.c.words)).all())
        return note(str(number))(connection)

    asked = together(notebook, [add] * MANY)
    assert {each.result() for each in asked} == {str(number) for number in range(MANY)}
