"""Nothing changes on the word of a page that is not ours (design section 4, CSRF)."""

from collections.abc import Callable

from flask import Response, request

from scf_report.forms.origin import same_origin
from scf_report.web.errors import error_response

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_foreign_posts(public_url: str | None) -> Callable[[], Response | None]:
    """Make the check that goes before every view that may change something."""

    def check() -> Response | None:
        if request.method in SAFE:
            return None
        if same_origin(request.headers, public_url, request.host_url):
            return None
        return error_response(403)

    return check
