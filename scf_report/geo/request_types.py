"""What can be reported at a place: asked of the upstream once, then kept for everybody."""

from datetime import timedelta
from typing import Any

from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.domain.endpoint import Endpoint
from scf_report.domain.geography import Point
from scf_report.domain.plain import (
    form_from_plain,
    form_to_plain,
    request_type_from_plain,
    request_type_to_plain,
)
from scf_report.domain.report_form import ReportForm, RequestType
from scf_report.storage.cache import ReadCache

FRESH = timedelta(minutes=15)
STALE = timedelta(days=7)
"""Kinds of problem and their questions change rarely; an old list beats none while the upstream is down."""


class RequestTypes:
    """The request types of one endpoint, by place."""

    def __init__(self, gateway: Open311Gateway, cache: ReadCache, endpoint: Endpoint) -> None:
        self._gateway, self._cache, self._endpoint = gateway, cache, endpoint

    def at(self, point: Point) -> tuple[RequestType, ...]:
        """Return what can be reported at the point; nothing where no organization answers.

        Raises the clients' UpstreamError when it is not known and cannot be asked.
        """
        cached = self._cache.get(
            self._key(point),
            lambda _: [
                request_type_to_plain(found) for found in self._gateway.request_types(point)
            ],
            fresh_for=FRESH.total_seconds(),
            stale_for=STALE.total_seconds(),
        )
        found: Any = cached.value
        return tuple(request_type_from_plain(plain) for plain in found)

    def form(self, request_type: RequestType, point: Point) -> ReportForm:
        """Return the questions of a request type. Raises the clients' UpstreamError."""
        cached = self._cache.get(
            f"form:{request_type.code}",
            lambda _: form_to_plain(self._gateway.report_form(request_type, point)),
            fresh_for=FRESH.total_seconds(),
            stale_for=STALE.total_seconds(),
        )
        found: Any = cached.value
        return form_from_plain(found)

    def _key(self, point: Point) -> str:
        """Name what is asked: an organization's list is one for all places, else about 11 m count as one."""
        if self._endpoint.organization_id is not None:
            return "types"
        return f"types:{point.latitude:.4f},{point.longitude:.4f}"
