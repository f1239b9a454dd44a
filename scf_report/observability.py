"""Logs: one JSON line an event on standard error, with the request's id, never a secret address."""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import TextIO

import structlog
from structlog.typing import ExcInfo

CODES = ("sqlite_errorname", "sqlstate", "errno")
"""Where exceptions of the standard library and of database drivers keep a code for what happened."""


def _without_values(exc_info: ExcInfo) -> str:
    """Write kind, code and place of an exception and its causes, the first cause first.

    Messages are left out: they quote what people typed, and statements with secret ids.
    """
    parts = ("".join(_one(error)) for error in _chain(exc_info[1]))
    return "\nwhich led to\n".join(reversed(list(parts)))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _one(error: BaseException) -> Iterator[str]:
    yield from traceback.format_tb(error.__traceback__)
    codes = [str(code) for name in CODES if (code := getattr(error, name, None))]
    yield " ".join([f"{type(error).__module__}.{type(error).__qualname__}", *codes])


_exceptions = structlog.processors.ExceptionRenderer(_without_values)


def configure_logs(stream: TextIO | None = None) -> None:
    """Send structlog, and what libraries log as warnings or worse, to the stream as JSON lines."""
    out = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exceptions,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _exceptions,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # httpx logs full addresses at INFO; whatever the root's level, it is not to.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def log() -> structlog.typing.FilteringBoundLogger:
    """Return the logger."""
    return structlog.get_logger()  # type: ignore[no-any-return]
