"""Who hands a report to the upstream: nobody in particular over Open311, or a person over APIv2."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from scf_report.clients.deadline import InTime
from scf_report.clients.errors import UpstreamError
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.clients.transport import MediaFile
from scf_report.domain.delivery import Deferred, LookUp, NeedsSignIn, Outcome
from scf_report.domain.geography import Point
from scf_report.domain.report import Reference
from scf_report.usecases.errors import SignInNeededError

Fields = tuple[tuple[str, str], ...]


class Sender(Protocol):
    """One way to the upstream, with whatever proves who sends."""

    def send(self, fields: Fields, photo: MediaFile | None, in_time: InTime) -> Outcome:
        """POST a report once."""
        ...

    def look_up(
        self,
        reference: Reference,
        service_code: str,
        point: Point,
        since: datetime,
        until: datetime,
    ) -> LookUp:
        """Search for a report whose POST has no known outcome. Raises UpstreamError."""
        ...


class PersonGateway(Protocol):
    """What of APIv2 delivering needs; ``access_token`` proves as whom."""

    def send(
        self,
        fields: Fields,
        photo: MediaFile | None,
        access_token: str,
        in_time: InTime,
    ) -> Outcome:
        """POST a report once as this person; 401 is NeedsSignIn."""
        ...

    def look_up(  # noqa: PLR0913, PLR0917  # what is known of it, and the token
        self,
        reference: Reference,
        type_code: str,
        point: Point,
        since: datetime,
        until: datetime,
        access_token: str,
    ) -> LookUp:
        """Search what is public and what is this person's own. Raises UpstreamError."""
        ...


class Grants(Protocol):
    """The access that people have given us by signing in."""

    def access_token(self, person_id: str) -> str:
        """Return a token that is good now. Raises SignInNeededError, or UpstreamError for now."""
        ...

    def renew(self, person_id: str, refused_token: str) -> object:
        """Get another one, unless that was done since. Raises as above."""
        ...


@dataclass(frozen=True, slots=True)
class AsPerson:
    """Sends as one person. A 401 renews their access once, for the attempt after this one."""

    gateway: PersonGateway
    grants: Grants
    person_id: str
    token: str = field(repr=False)

    def send(self, fields: Fields, photo: MediaFile | None, in_time: InTime) -> Outcome:
        """POST a report once as this person."""
        outcome = self.gateway.send(fields, photo, self.token, in_time)
        if not isinstance(outcome, NeedsSignIn):
            return outcome
        try:
            self.grants.renew(self.person_id, self.token)
        except SignInNeededError:
            return NeedsSignIn()
        except UpstreamError:
            return Deferred("no_access")
        return NeedsSignIn(renewed=True)

    def look_up(
        self,
        reference: Reference,
        service_code: str,
        point: Point,
        since: datetime,
        until: datetime,
    ) -> LookUp:
        """Search what is public and what is this person's own. Raises UpstreamError."""
        return self.gateway.look_up(reference, service_code, point, since, until, self.token)


@dataclass(frozen=True, slots=True)
class Senders:
    """Both ways. ``gateway`` and ``grants`` are None where nobody can sign in."""

    open311: Open311Gateway
    gateway: PersonGateway | None = None
    grants: Grants | None = None

    def sender(self, person_id: str | None) -> Sender:
        """Return the way for this person's reports, or nobody's.

        Raises SignInNeededError when nothing proves (any more) that we may act for the person,
        and UpstreamError when that cannot be found out now.
        """
        if person_id is None:
            return self.open311
        if self.gateway is None or self.grants is None:
            raise SignInNeededError
        token = self.grants.access_token(person_id)
        return AsPerson(self.gateway, self.grants, person_id, token)

    def has_access(self, person_id: str, refused_token: str | None) -> bool:
        """Tell whether we may act for the person by now, with another token than the refused one."""
        try:
            sender = self.sender(person_id)
        except (SignInNeededError, UpstreamError):
            return False
        return isinstance(sender, AsPerson) and sender.token != refused_token
