"""The public record that an upstream keeps of a report."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from scf_report.domain.geography import Point


class IssueStatus(Enum):
    """An issue's status, folded from whatever word the upstream uses."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    ARCHIVED = "archived"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Issue:
    """One public record upstream; everything but the number may be missing.

    ``upstream_id`` is Open311's ``service_request_id`` or APIv2's ``id`` as text; None while a
    batch service has not numbered it. Times are aware and in UTC.
    """

    upstream_id: str | None
    status: IssueStatus
    raw_status: str = ""
    status_notes: str = ""
    request_type_name: str = ""
    request_type_code: str = ""
    description: str = ""
    address: str = ""
    point: Point | None = None
    agency: str = ""
    notice: str = ""
    requested_at: datetime | None = None
    updated_at: datetime | None = None
    expected_at: datetime | None = None
    media_url: str | None = None
