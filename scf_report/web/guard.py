"""How much one network address may ask of us, beside the reports themselves.

New reports are counted where they are stored (``storage.outbox``), since repeats of one report
must never count. Here a plain count is enough: both only cost us room and time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

View = Callable[..., Any]
A_REPORT = {"start": 30, "photos": 10, "updates": 3, "save": 3}
"""POSTs to these views for each report that may be sent."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Limits as multiples of the reports that one address may send in ``window``."""

    reports: int
    window: timedelta
    redis_url: str | None
    """Where all web processes count together; without it, and while it is away, each for itself."""

    def install(self, app: Flask) -> None:
        """Count the POSTs that begin drafts, hand in photos and addresses, or save corrections."""
        timeouts: dict[str, str | int] = {"socket_timeout": 1, "socket_connect_timeout": 1}
        limiter = Limiter(
            get_remote_address,
            key_prefix="scf_report",
            storage_uri=self.redis_url or "memory://",
            storage_options=timeouts if self.redis_url else {},
            in_memory_fallback_enabled=self.redis_url is not None,
        )
        # Known already, it adds no hooks that look at every request: those around the views do.
        app.extensions["limiter"] = {limiter}
        limiter.init_app(app)
        for view, many in A_REPORT.items():
            limit = limiter.shared_limit(
                f"{self.reports * many} per {round(self.window.total_seconds())} seconds",
                scope=view,
            )
            for name, function in app.view_functions.items():
                if name.endswith(f".{view}"):  # in the page, in the frame, and in a correction
                    app.view_functions[name] = _for_posts(limit(function), function)


def _for_posts(limited: View, free: View) -> View:
    """Count POSTs alone; the limiter's own look at the method takes long."""

    @wraps(free)
    def view(**values: Any) -> Any:  # noqa: ANN401  # whatever the view takes and gives
        return (limited if request.method == "POST" else free)(**values)

    return view
