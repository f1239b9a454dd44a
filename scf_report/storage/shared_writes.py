"""Writers who come at the same time share one transaction, and so one wait for the disk."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
Write = Callable[[], AbstractContextManager[sa.Connection]]


class _Task(Generic[T]):
    """What one writer wants to have written, and what came of it."""

    def __init__(self, work: Callable[[sa.Connection], T]) -> None:
        self._work = work
        self._value: T | None = None
        self.error: BaseException | None = None
        self.finished = threading.Lock()
        self.finished.acquire()

    def run(self, connection: sa.Connection) -> None:
        self._value = self._work(connection)

    def outcome(self) -> Any:  # noqa: ANN401  # the work's own value, which may be None
        if self.error is not None:
            raise self.error
        return self._value


class SharedWrites:
    """Does the work of all who wait for their turn in one transaction of whoever came first.

    ``write`` opens a transaction that is committed when its block ends. Work is a function of the
    connection. It may be done in another writer's thread, and sees what the others before it have
    written. It returns when all of it is on disk, or raises. What is wrong with one of several is
    undone and raised for that one alone; ``fatal`` errors, after which SQLite may have rolled
    everything back (sqlite.org/lang_transaction.html, section 3), undo the work of all.
    """

    def __init__(self, write: Write, fatal: tuple[type[Exception], ...]) -> None:
        self._write, self._fatal = write, fatal
        self._guard = threading.Lock()
        self._waiting: list[_Task[Any]] = []

    def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Have it done; returns what the work returns."""
        task = _Task(work)
        with self._guard:
            self._waiting.append(task)
            leads = len(self._waiting) == 1
        if leads:
            self._lead()
        else:
            task.finished.acquire()
        value: T = task.outcome()
        return value

    def _lead(self) -> None:
        tasks: list[_Task[Any]] = []
        try:
            with self._write() as connection:
                tasks = self._take()  # only now, as others have come while this one waited
                for task in tasks:
                    self._do(task, connection, alone=len(tasks) == 1)
        except BaseException as error:  # noqa: BLE001  # each writer raises it, this one too
            tasks = tasks or self._take()
            for task in tasks:
                task.error = task.error or error
        finally:
            for task in tasks:
                task.finished.release()

    def _take(self) -> list[_Task[Any]]:
        with self._guard:
            tasks, self._waiting = self._waiting, []
        return tasks

    def _do(self, task: _Task[Any], connection: sa.Connection, *, alone: bool) -> None:
        if alone:
            task.run(connection)
            return
        try:
            with connection.begin_nested():
                task.run(connection)
        except self._fatal:
            raise
        except Exception as error:  # noqa: BLE001  # its own writer raises it
            task.error = error
