"""Fill a draft, step by step. Every verb stores the draft and gives it back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scf_report.clients.errors import BudgetSpentError, UpstreamError
from scf_report.domain.draft import Draft
from scf_report.domain.geography import Point
from scf_report.domain.report import Reporter, SignedIn
from scf_report.domain.report_form import Answer, RequestType
from scf_report.geo.request_types import NoSuchTypeError, Staleness
from scf_report.storage.cache import NotLoadedError
from scf_report.storage.drafts import Drafts
from scf_report.storage.outbox import Outbox
from scf_report.usecases.errors import (
    AlreadySentError,
    ContinuedError,
    DraftGoneError,
    SignInNeededError,
    TypeGoneError,
    UpstreamAwayError,
)
from scf_report.usecases.type_lists import TypeLists


@dataclass(frozen=True, slots=True)
class FillDraft:
    """The steps of a report before it is sent."""

    drafts: Drafts
    outbox: Outbox
    types: TypeLists

    def open(self, draft_id: str) -> Draft:
        """Return the draft. Raises AlreadySentError, ContinuedError or DraftGoneError."""
        draft = self.drafts.load(draft_id)
        if draft is not None and draft.continued_in:
            raise ContinuedError
        if draft is not None:
            return draft
        if self.outbox.receipt_of(draft_id) is not None:
            raise AlreadySentError
        raise DraftGoneError

    def start(
        self,
        *,
        wanted_type: str = "",
        carried: tuple[tuple[str, str], ...] = (),
        person: SignedIn | None = None,
    ) -> Draft:
        """Begin a new, stored draft of this person, or nobody's.

        ``carried``: details that were posted to one that is gone.
        """
        draft = replace(
            self.drafts.create(), wanted_type=wanted_type, carried=carried, person=person
        )
        return self.drafts.save(draft)

    def save_place(self, draft: Draft, point: Point, address: str, landmark: str) -> Draft:
        """Put the report at this place; a kind of problem that cannot be reported there is let go.

        While the upstream is away nobody can tell: the kind stays then, and the upstream judges.
        """
        moved = replace(draft, point=point, address=address, landmark=landmark)
        if draft.form is not None and draft.point != point:
            code = draft.form.request_type.code
            if not self._may_be_reported(code, moved):
                moved = replace(moved, form=None, wanted_type=code)
        return self.drafts.save(moved)

    def _may_be_reported(self, code: str, draft: Draft) -> bool:
        try:
            return any(found.code == code for found in self.types_for(draft))
        except (UpstreamAwayError, SignInNeededError):
            return True

    def types_for(self, draft: Draft) -> tuple[RequestType, ...]:
        """Return the kinds of problem that can be reported at the draft's place, by its person.

        Raises UpstreamAwayError and SignInNeededError.
        """
        if draft.point is None:
            raise ValueError("what can be reported depends on the place")
        try:
            return self.types.of(draft.goes_as).at(draft.point)
        except (UpstreamError, NotLoadedError) as error:
            raise away(error) from error

    def types_staleness(self, draft: Draft) -> Staleness | None:
        """Tell how old the kinds of problem at the draft's place are, if they should be newer."""
        types = self.types.of(draft.goes_as)
        return types.types_staleness(draft.point) if draft.point else None

    def form_staleness(self, draft: Draft) -> Staleness | None:
        """Tell how old the questions of the chosen kind are, if they should be newer."""
        types = self.types.of(draft.goes_as)
        return types.form_staleness(draft.form.request_type) if draft.form else None

    def choose_type(self, draft: Draft, request_type: RequestType) -> Draft:
        """Choose the kind of problem; its questions are kept with the draft from now on.

        The choice is kept even when the questions cannot be had: raises UpstreamAwayError then.
        So it is when only people with an account may report it: raises SignInNeededError then.
        Raises TypeGoneError, and keeps nothing, when this can no longer be reported.
        """
        if draft.point is None:
            raise ValueError("a kind of problem needs a place first")
        if not (
            draft.goes_as or request_type.guests_may_report or request_type.information_only
        ):
            self.drafts.save(replace(draft, form=None, wanted_type=request_type.code))
            raise SignInNeededError
        try:
            form = self.types.of(draft.goes_as).form(request_type, draft.point)
        except NoSuchTypeError as error:
            raise TypeGoneError from error
        except (UpstreamError, NotLoadedError) as error:
            self.drafts.save(replace(draft, form=None, wanted_type=request_type.code))
            raise away(error) from error
        return self.drafts.save(replace(draft, form=form))

    def save_details(
        self, draft: Draft, description: str, answers: Mapping[str, Answer]
    ) -> Draft:
        """Keep what is wrong and the answers to the type's questions."""
        return self.drafts.save(replace(draft, description=description, answers=dict(answers)))

    def pass_photos(self, draft: Draft) -> Draft:
        """Go on from the photo step, with or without one."""
        return self.drafts.save(replace(draft, photos_seen=True))

    def save_reporter(self, draft: Draft, reporter: Reporter, updates_in: str = "") -> Draft:
        """Keep who reports, or that they do not say, and in which language they want updates, if at all.

        Where it then goes another way than before, its questions are asked anew.
        """
        told = replace(draft, reporter=reporter, updates_in=updates_in)
        if (told.goes_as is None) is not (draft.goes_as is None):
            told = self.on_another_way(told)
        return self.drafts.save(told)

    def on_another_way(self, draft: Draft) -> Draft:
        """Give a draft the questions of the API through which it now goes, as far as they are known.

        They are others even where the kind has the same code; answers that still fit are kept.
        """
        if draft.form is None or draft.point is None:
            return draft
        code = draft.form.request_type.code
        moved = replace(draft, form=None, wanted_type=code)
        if not self.types.same_ids:
            return moved
        types = self.types.of(draft.goes_as)
        try:
            kinds = types.at(draft.point)
            kind = next((each for each in kinds if each.code == code), None)
            if kind is None or not (draft.goes_as or kind.guests_may_report):
                return moved
            return replace(moved, form=types.form(kind, draft.point))
        except (UpstreamError, NotLoadedError, NoSuchTypeError, SignInNeededError):
            return moved


def away(error: UpstreamError | NotLoadedError) -> UpstreamAwayError:
    """Say of a failed read what the page needs to know."""
    if isinstance(error, NotLoadedError):
        busy = isinstance(error.__cause__, BudgetSpentError)
        return UpstreamAwayError(error.retry_seconds, busy=busy)
    return UpstreamAwayError()
