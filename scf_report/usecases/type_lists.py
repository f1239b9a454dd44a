"""What can be reported, by whom: everybody's list, and what the city tells one person."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from scf_report.clients.errors import BudgetSpentError, RefusedError, UpstreamError
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.clients.seeclickfix.gateway import SeeClickFixGateway
from scf_report.clients.validators import Validators
from scf_report.domain.geography import Point
from scf_report.domain.report import SignedIn
from scf_report.domain.report_form import ReportForm, RequestType
from scf_report.geo.request_types import NoSuchTypeError, RequestTypes, Staleness
from scf_report.usecases.senders import Access

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PersonTypes:
    """The request types that APIv2 tells one person. Nothing of it is kept for anybody.

    Raises SignInNeededError when nothing proves (any more) that we may act for the person.
    """

    gateway: SeeClickFixGateway
    grants: Access
    person_id: str

    def at(self, point: Point) -> tuple[RequestType, ...]:
        """Return what the person can report at the point. Raises UpstreamError."""
        return self._as_person(lambda token: self.gateway.request_types(point, token))

    def form(self, request_type: RequestType, point: Point) -> ReportForm:
        """Return the questions of a request type. Raises UpstreamError and NoSuchTypeError."""
        del point
        try:
            return self._as_person(lambda token: self.gateway.report_form(request_type, token))
        except RefusedError as error:
            if error.http_status == 404:
                raise NoSuchTypeError from error
            raise

    def types_staleness(self, point: Point) -> Staleness | None:
        """Say that it is always new."""
        del point
        return None

    def form_staleness(self, request_type: RequestType) -> Staleness | None:
        """Say that it is always new."""
        del request_type
        return None

    def _as_person(self, ask: Callable[[str], T]) -> T:
        """Ask with their access, which is renewed once where it is refused."""
        token = self.grants.access_token(self.person_id)
        try:
            return ask(token)
        except RefusedError as error:
            if error.http_status != 401:
                raise
        self.grants.renew(self.person_id, token)
        return ask(self.grants.access_token(self.person_id))


@dataclass(frozen=True, slots=True)
class GuestTypes:
    """Open311's types with the flags of APIv2, where both call a type by the same code.

    What only people with an account may report, and what only informs, is listed, too.
    """

    open311: Open311Gateway
    apiv2: SeeClickFixGateway

    @property
    def by_place(self) -> bool:
        """APIv2 tells nothing without a place."""
        return True

    def request_types(self, point: Point, known: Validators) -> tuple[RequestType, ...]:
        """Ask both, and never only whether something has changed: of two answers either may have."""
        del known
        types = self.open311.request_types(point)
        try:
            flagged = {each.code: each for each in self.apiv2.request_types(point, None)}
        except BudgetSpentError:
            raise
        except UpstreamError:
            return types  # better without flags than nothing at all: the city judges, too
        joined = [_flagged(each, flagged.pop(each.code, each)) for each in types]
        if self.open311.by_place:
            joined += [each for each in flagged.values() if not _is_for_guests(each)]
        return tuple(joined)

    def report_form(
        self, request_type: RequestType, point: Point, known: Validators
    ) -> ReportForm:
        """Ask the API that has the questions: what is not for guests is APIv2's alone."""
        if _is_for_guests(request_type):
            return self.open311.report_form(request_type, point, known)
        return self.apiv2.report_form(request_type, None, known)


@dataclass(frozen=True, slots=True)
class TypeLists:
    """Finds the list for a report: everybody's, or its person's.

    ``same_ids``: Open311 and APIv2 call a type by the same code.
    """

    guests: RequestTypes
    apiv2: SeeClickFixGateway
    grants: Access
    same_ids: bool

    def of(self, person: SignedIn | None) -> RequestTypes | PersonTypes:
        """Return the list for this person, or for everybody."""
        if person is None:
            return self.guests
        return PersonTypes(self.apiv2, self.grants, person.person_id)


def _is_for_guests(request_type: RequestType) -> bool:
    return request_type.guests_may_report and not request_type.information_only


def _flagged(own: RequestType, flagged: RequestType) -> RequestType:
    return replace(
        own,
        private=flagged.private,
        guests_may_report=flagged.guests_may_report,
        name_may_be_hidden=flagged.name_may_be_hidden,
        information_only=flagged.information_only,
        needs_place=flagged.needs_place,
    )
