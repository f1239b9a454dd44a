"""What all steps of a report share: finding the draft, where to go next, what was entered so far."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from scf_report.domain.draft import Draft, Step
from scf_report.forms.base import Problem, StepForm
from scf_report.forms.csrf import BoundToken, TokenCheck
from scf_report.geo.request_types import Staleness
from scf_report.usecases.errors import (
    AlreadySentError,
    ContinuedError,
    DraftGoneError,
    SignInNeededError,
)
from scf_report.usecases.take_on_draft import Fate
from scf_report.web.context import render
from scf_report.web.pages import Age, ContinuedPage, ErrorPage, Row, SentPage
from scf_report.web.parts import WebParts
from scf_report.web.times import time_of_late
from scf_report.web.viewer import may_see, viewer, way_on


def step_url(step: Step, draft: Draft) -> str:
    """Return a step's address, within the frame if this page is in one.

    Pages link to the same few steps several times, and to build an address takes long.
    """
    known: dict[tuple[Step, str], str] = g.setdefault("step_urls", {})
    url = known.get((step, draft.id))
    if url is None:
        url = known[step, draft.id] = url_for(f".{step.value}", draft_id=draft.id)
    return url


def go_on(draft: Draft, **values: Any) -> ResponseReturnValue:  # noqa: ANN401  # url_for's own
    """Send the browser to the first step that is still to be answered."""
    step = draft.first_missing()
    return redirect(url_for(f".{step.value}", draft_id=draft.id, **values), 303)


def notice() -> str:
    """Return the notice that a redirect asked this page to show."""
    asked = request.args.get("notice", "")
    return asked if asked == "purged" else ""


def status_of(problems: Sequence[Problem]) -> int:
    """Return the status of a form's page: 422 for one that was sent and has problems."""
    return 422 if problems and request.method == "POST" else 200


@dataclass(frozen=True, slots=True)
class Steps:
    """Common ground of the step views."""

    parts: WebParts

    def open(self, draft_id: str) -> Draft:
        """Return the draft; that of another person is none at all (404).

        Raises AlreadySentError, ContinuedError or DraftGoneError.
        """
        draft = self.parts.fill.open(draft_id)
        return draft if may_see(draft) else abort(404)

    def begin(
        self, *, wanted_type: str = "", carried: tuple[tuple[str, str], ...] = ()
    ) -> Draft:
        """Begin a draft; it is that of the person who is signed in, if somebody is."""
        person = viewer()
        return self.parts.fill.start(wanted_type=wanted_type, carried=carried, person=person)

    def way_on(self, draft: Draft) -> str | None:
        """Return where somebody goes on as themselves; None where nobody can, or somebody does."""
        can = self.parts.accounts is not None and draft.person is None
        return way_on(draft) if can else None

    def refused(self, step: Step, draft: Draft, form: StepForm) -> tuple[Problem, ...]:
        """Point out in a fresh form what the city refused. Nothing of a new report was refused yet."""
        del step, draft, form
        return ()

    def token(self, draft: Draft) -> BoundToken:
        """Bind form tokens to this draft."""
        return self.parts.tokens.bound("step", draft.id)

    def posted_token(self, draft_id: str) -> TokenCheck:
        """Judge the token that came with a POST to this draft."""
        return self.parts.tokens.check(request.form.get("csrf_token"), "step", draft_id)

    def age(self, staleness: Staleness | None) -> Age | None:
        """Say from when something is that should be newer."""
        if staleness is None:
            return None
        now = self.parts.now()
        as_of = time_of_late(now - staleness.age, self.parts.zone, now)
        return Age(as_of, staleness.failing)

    def back_url(self, step: Step, draft: Draft) -> str:
        """Return the address of the step before."""
        if step is Step.WHERE:
            return url_for(".start")
        order = list(Step)
        return step_url(order[order.index(step) - 1], draft)

    def summary(self, draft: Draft) -> tuple[Row, ...]:
        """List what is known so far, each with the address to change it."""
        rows = [Row(_("Where"), draft.address, step_url(Step.WHERE, draft))]
        if draft.form is not None:
            name = draft.form.request_type.name
            rows.append(Row(_("Problem"), name, step_url(Step.TYPE, draft)))
        return tuple(rows) if draft.point is not None else ()


def sent() -> ResponseReturnValue:
    """Say that the report was sent already."""
    return render(SentPage(url_for(".start")), 409 if request.method == "POST" else 200)


def continued(draft_id: str, fate: Fate) -> ResponseReturnValue:
    """Say that somebody who signed in goes on with it elsewhere, or has sent it there."""
    page = ContinuedPage(
        fate=fate.value,
        fate_url=url_for(".fate", draft_id=draft_id),
        new_url=url_for(".start"),
    )
    return render(page, 409 if request.method == "POST" else 200)


def _sign_in_again(step: Step, draft: Draft) -> ResponseReturnValue:
    here = step_url(step, draft)
    page = ErrorPage(
        code=403,
        title=_("Please sign in again"),
        text=_("Your sign-in has ended, and this report goes out in your name."),
        remedy=(_("Sign in"), url_for("account.login", next=here, back=here)),
        kept=True,
    )
    return render(page, 403)


def with_draft(step: Step) -> Callable[[Any], Any]:
    """Give a step's view its draft; send on, or explain, where it cannot have one.

    A POST to a draft that is gone starts a new one with what it carried, if its view has a
    ``carry_<step>`` for that.
    """

    def decorate(view: Any) -> Any:  # noqa: ANN401  # a method and its wrapper
        @wraps(view)
        def wrapped(self: Steps, draft_id: str) -> ResponseReturnValue:
            try:
                draft = self.open(draft_id)
            except AlreadySentError:
                return sent()
            except ContinuedError:
                return continued(draft_id, self.parts.take_on.fate(draft_id))
            except DraftGoneError:
                return _begin_again(self, step, draft_id)
            if not draft.reaches(step):
                return go_on(draft)
            try:
                result: ResponseReturnValue = view(self, draft)
            except SignInNeededError:
                return _sign_in_again(step, draft)
            return result

        return wrapped

    return decorate


def _begin_again(steps: Steps, step: Step, draft_id: str) -> ResponseReturnValue:
    carry: Callable[[], Draft] | None = getattr(steps, f"carry_{step.value}", None)
    good = request.method == "POST" and steps.posted_token(draft_id) is not TokenCheck.FORGED
    if carry is not None and good:
        return go_on(carry(), notice="purged")
    return redirect(url_for(".start", notice="purged"), 303)
