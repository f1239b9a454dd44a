"""Writers who come at the same time share one transaction, and so one wait for the disk."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import sqlalchemy as sa

Item = TypeVar("Item")
T = TypeVar("T")
Write = Callable[[], AbstractContextManager[sa.Connection]]
Store = Callable[[sa.Connection, Sequence[Item]], Sequence[T]]
"""Writes some things of one kind, all of them or none, and returns what comes of each."""


class _Task:
    """What one writer wants to have written, and what came of it."""

    def __init__(self, store: Store[Any, Any], item: object) -> None:
        self.store, self.item = store, item
        self.value: Any = None
        self.error: BaseException | None = None
        self.alone = False
        self.finished = threading.Lock()
        self.finished.acquire()


class SharedWrites:
    """Does the work of all who wait for their turn in one transaction of whoever came first.

    ``write`` opens a transaction that is committed when its block ends. Things of one kind are
    given to its ``store`` together, maybe in another writer's thread. It returns when they are on
    disk, or raises. Where one of several cannot be written, nothing is, and each writer tries
    again alone, so that what is wrong with one is raised for that one; ``fatal`` errors would hit
    each of them, and are raised for all.
    """

    def __init__(self, write: Write, fatal: type[Exception]) -> None:
        self._write, self._fatal = write, fatal
        self._guard = threading.Lock()
        self._waiting: list[_Task] = []

    def run(self, store: Store[Item, T], item: Item) -> T:
        """Have it written; returns what the store returns for it."""
        task = _Task(store, item)
        with self._guard:
            self._waiting.append(task)
            leads = len(self._waiting) == 1
        if leads:
            self._lead()
        else:
            task.finished.acquire()
        if task.alone:
            with self._write() as connection:
                [task.value] = store(connection, [item])
        elif task.error is not None:
            raise task.error
        value: T = task.value
        return value

    def _lead(self) -> None:
        tasks: list[_Task] = []
        try:
            with self._write() as connection:
                tasks = self._take()  # only now, as others have come while this one waited
                _store(connection, tasks)
        except BaseException as error:  # noqa: BLE001  # each writer raises it, this one too
            tasks = tasks or self._take()
            common = isinstance(error, self._fatal) or not isinstance(error, Exception)
            for task in tasks:
                task.error, task.alone = error, len(tasks) > 1 and not common
        finally:
            for task in tasks:
                task.finished.release()

    def _take(self) -> list[_Task]:
        with self._guard:
            tasks, self._waiting = self._waiting, []
        return tasks


def _store(connection: sa.Connection, tasks: Sequence[_Task]) -> None:
    kinds: dict[Store[Any, Any], list[_Task]] = {}
    for task in tasks:
        kinds.setdefault(task.store, []).append(task)
    for store, alike in kinds.items():
        values = store(connection, [task.item for task in alike])
        for task, value in zip(alike, values, strict=True):
            task.value = value
