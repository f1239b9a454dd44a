"""Who hands a report to the upstream: nobody in particular over Open311, or a person over APIv2."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from scf_report.clients.deadline import InTime
from scf_report.clients.errors import RefusedError, UpstreamError
from scf_report.clients.open311.encode import Fields
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.clients.seeclickfix.gateway import SeeClickFixGateway
from scf_report.clients.transport import MediaFile
from scf_report.domain.delivery import Deferred, LookUp, NeedsSignIn, Outcome
from scf_report.domain.geography import Point
from scf_report.domain.report import Reference
from scf_report.storage.photos import StoredPhoto
from scf_report.usecases.errors import SignInNeededError


class Sender(Protocol):
    """One way to the upstream, with whatever proves who sends."""

    @property
    def token(self) -> str | None:
        """What proves it; None where nothing is needed, or nothing is there."""
        ...

    @property
    def asks(self) -> bool:
        """Sending makes a call; else it is known without one that it takes the person."""
        ...

    def send(self, fields: Fields, photo: StoredPhoto | None, in_time: InTime) -> Outcome:
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
        """Search for a report whose POST has no known outcome.

        Raises UpstreamError, and SignInNeededError where it takes the person to see it.
        """
        ...


class Access(Protocol):
    """The access that people have given us by signing in."""

    def access_token(self, person_id: str) -> str:
        """Return a token that is good now. Raises SignInNeededError, or UpstreamError for now."""
        ...

    def renew(self, person_id: str, refused_token: str) -> object:
        """Get another one, unless that was done since. Raises as above."""
        ...


@dataclass(frozen=True, slots=True)
class AsNobody:
    """Sends without an account."""

    gateway: Open311Gateway
    token: None = None
    asks: bool = True

    def send(self, fields: Fields, photo: StoredPhoto | None, in_time: InTime) -> Outcome:
        """POST a report once."""
        return self.gateway.send(fields, _media(photo), in_time)

    def look_up(
        self,
        reference: Reference,
        service_code: str,
        point: Point,
        since: datetime,
        until: datetime,
    ) -> LookUp:
        """Search the public list."""
        return self.gateway.look_up(reference, service_code, point, since, until)


@dataclass(frozen=True, slots=True)
class AsPerson:
    """Sends as one person. A 401 renews their access, for the attempt after this one.

    ``token`` is None where nothing proves (any more) that we may act for them.
    """

    gateway: SeeClickFixGateway
    grants: Access
    person_id: str
    token: str | None = field(repr=False)

    @property
    def asks(self) -> bool:
        """Without access nothing is sent."""
        return self.token is not None

    def send(self, fields: Fields, photo: StoredPhoto | None, in_time: InTime) -> Outcome:
        """POST a report once as this person, or do nothing without access."""
        if self.token is None:
            return NeedsSignIn()
        outcome = self.gateway.send(fields, _media(photo), self.token, in_time)
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
        """Search what is public, and what is this person's own."""
        if self.token is None:
            raise SignInNeededError
        try:
            return self.gateway.look_up(
                reference, service_code, point, since, until, self.token
            )
        except RefusedError as error:
            if (
                error.http_status == 401
            ):  # the next look is with other access, or needs the person
                self.grants.renew(self.person_id, self.token)
            raise


class NobodySignsIn:
    """Grants where signing in is not set up."""

    def access_token(self, person_id: str) -> str:
        """Have none."""
        raise SignInNeededError(person_id)

    def renew(self, person_id: str, refused_token: str) -> None:
        """Have none."""
        del refused_token
        raise SignInNeededError(person_id)


@dataclass(frozen=True, slots=True)
class Senders:
    """Both ways to the upstream."""

    open311: Open311Gateway
    apiv2: SeeClickFixGateway
    grants: Access

    def sender(self, person_id: str | None) -> Sender:
        """Return the way for this person's reports, or nobody's.

        Raises UpstreamError when it cannot be found out now whether we may act for the person.
        """
        if person_id is None:
            return AsNobody(self.open311)
        try:
            token = self.grants.access_token(person_id)
        except SignInNeededError:
            token = None
        return AsPerson(self.apiv2, self.grants, person_id, token)

    def has_access(self, person_id: str, refused_token: str | None) -> bool:
        """Tell whether we may act for the person by now, with another token than the refused one."""
        try:
            return self.grants.access_token(person_id) != refused_token
        except (SignInNeededError, UpstreamError):
            return False


def _media(photo: StoredPhoto | None) -> MediaFile | None:
    return MediaFile(photo.name, photo.content_type, photo.data) if photo else None
