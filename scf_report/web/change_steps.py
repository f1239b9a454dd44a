"""The steps of a correction: those of a report, below the address of its second key."""

from typing import Any, assert_never

from flask import Blueprint, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from typing_extensions import override

from scf_report.domain.delivery import State
from scf_report.domain.draft import Draft, Step
from scf_report.forms.base import Problem, StepForm
from scf_report.forms.contact import CONTACT, KEEP, ContactForm
from scf_report.forms.correction import CorrectionForm, MendForm
from scf_report.usecases.change_report import OwnReport
from scf_report.usecases.change_report_correction import (
    ChangedMeanwhile,
    CheckedCorrection,
    Saved,
    TooLate,
    TriedMeanwhile,
)
from scf_report.web.change_reasons import Reason, reasons
from scf_report.web.context import render
from scf_report.web.receipt_pages import CorrectionPage, Refused
from scf_report.web.send import SendSteps
from scf_report.web.steps import go_on, status_of, step_url, with_draft
from scf_report.web.where import WhereSteps


class CorrectionViews(WhereSteps, SendSteps):
    """The steps, whose draft is found by the second key that :func:`follow_key` has taken."""

    @override
    def open(self, draft_id: str) -> Draft:
        draft = self.parts.correct.open(draft_id)
        return draft or abort(redirect(url_for("change.show", key=draft_id), 303))

    @override
    def back_url(self, step: Step, draft: Draft) -> str:
        if step is Step.CHECK:
            return url_for("change.show", key=g.change_key)
        return step_url(Step.CHECK, draft)

    @override
    def refused(self, step: Step, draft: Draft, form: StepForm) -> tuple[Problem, ...]:
        own = self._own()
        if request.method == "POST" or draft.form is None or not draft.reaches(Step.CHECK):
            return ()
        checked = self.parts.check.check(draft)
        for reason in reasons(own.receipt.reasons, draft.form):
            if reason.step is step and reason.is_open(own, checked):
                _point_out(reason, form)
        return tuple(form.problems())

    @with_draft(Step.CHECK)
    def check(self, draft: Draft) -> ResponseReturnValue:
        """Show everything as it will be sent."""
        return self._show_correction(draft)

    def save(self, draft_id: str) -> ResponseReturnValue:
        """Save the correction, or say why that cannot be done (any more)."""
        draft = self.open(draft_id)
        if request.method == "GET":  # its answer was loaded again, or in another language
            return redirect(step_url(Step.CHECK, draft), 303)
        if not draft.reaches(Step.CHECK):
            return go_on(draft)
        form = CorrectionForm(request.form, token=self.token(draft))
        if not form.validate():
            return self._show_correction(draft, form)
        result = self.parts.correct.save(draft_id, draft, form.mark.data or "")
        if isinstance(result, Saved):
            return redirect(url_for("change.show", key=draft_id, done="saved"), 303)
        return self._show_correction(draft, why=_why(result))

    def _own(self) -> OwnReport:
        return self.parts.change.open(g.change_key) or abort(404)

    def _show_correction(
        self, draft: Draft, form: CorrectionForm | None = None, *, why: str = ""
    ) -> ResponseReturnValue:
        own = self._own()
        correction = self.parts.correct.check(own, draft)
        checked = correction.checked
        late = not own.correctable
        problems = tuple(form.problems()) if form and not late else ()
        page = CorrectionPage(
            form=self._fresh_form(draft, correction),
            problems=problems,
            action=url_for(".save", draft_id=draft.id),
            back_url=self.back_url(Step.CHECK, draft),
            draft=draft,
            summary=(),
            notice="late" if late else why,
            rows=self._rows(draft, checked),
            public_title=checked.title,
            public_text=checked.public.text,
            private=checked.public.private,
            address=checked.address,
            photo_url=self.photo_url(draft),
            reference=str(draft.reference),
            receipt=own.receipt,
            receipt_url=url_for("report.receipt", receipt=own.receipt_id),
            refused=tuple(
                Refused(reason.label, reason.words, self._place_of(reason, draft))
                for reason in reasons(own.receipt.reasons, checked.report.form)
            ),
        )
        overtaken = request.method == "POST" and (late or why)
        return render(page, 409 if overtaken else status_of(problems))

    def _fresh_form(self, draft: Draft, correction: CheckedCorrection) -> CorrectionForm:
        refused = correction.own.receipt.state is State.REJECTED
        kind = MendForm if refused else CorrectionForm
        return kind(token=self.token(draft), data={"mark": correction.mark})

    def _place_of(self, reason: Reason, draft: Draft) -> str | None:
        if reason.step is None:
            return None
        anchor = f"#{reason.field}" if reason.step is Step.DETAILS else ""
        return f"{step_url(reason.step, draft)}{anchor}"


def _why(result: ChangedMeanwhile | TriedMeanwhile | TooLate) -> str:
    match result:
        case ChangedMeanwhile():
            return "changed"
        case TriedMeanwhile():
            return "tried"
        case TooLate():
            return "late"
        case _:
            assert_never(result)


def _point_out(reason: Reason, form: StepForm) -> None:
    """Say at the field why it was refused; contact fields are shown for a choice of their own."""
    field = form[reason.field]
    if isinstance(form, ContactForm):
        if form.choice.data == KEEP:
            field = form.choice
        else:
            form.choice.data = CONTACT
    field.errors = [reason.message]


def follow_key(blueprint: Blueprint) -> None:
    """Let the second key stand in the addresses of a blueprint, where its views have a draft's id.

    The draft of a correction is never named in an address.
    """

    @blueprint.url_value_preprocessor
    def take_key(endpoint: str | None, values: dict[str, Any] | None) -> None:
        del endpoint
        if values is not None:
            g.change_key = values["draft_id"] = values.pop("key")

    @blueprint.url_defaults
    def put_key(endpoint: str, values: dict[str, Any]) -> None:
        del endpoint
        values.pop("draft_id", None)
        values.setdefault("key", g.get("change_key"))
