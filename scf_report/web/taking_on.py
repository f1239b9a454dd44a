"""Going on with a draft after signing in, and what its old address still tells."""

from flask import Response, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from scf_report.domain.draft import Draft, Step
from scf_report.forms.base import StepForm
from scf_report.usecases.errors import AlreadySentError, ContinuedError, DraftGoneError
from scf_report.web.context import render
from scf_report.web.pages import Row, TakeOnPage
from scf_report.web.session import signed_in
from scf_report.web.steps import Steps, continued, go_on, sent, status_of, step_url
from scf_report.web.viewer import viewer, way_on


class TakeOnViews(Steps):
    """The views of a draft that somebody may take on as theirs."""

    def take_on(self, draft_id: str) -> ResponseReturnValue:
        """Show what the draft holds and ask whether to go on with it; a POST copies it."""
        if self.parts.accounts is None:
            abort(404)
        try:
            draft = self.open(draft_id)
            if draft.person is not None:
                return go_on(draft)
            return self._take_on(draft)
        except AlreadySentError:
            return sent()
        except ContinuedError:
            return continued(draft_id, self.parts.take_on.fate(draft_id))
        except DraftGoneError:
            return redirect(url_for(".start", notice="purged"), 303)

    def fate(self, draft_id: str) -> Response:
        """Say what has become of the draft, and nothing else."""
        return jsonify({"state": self.parts.take_on.fate(draft_id).value})

    def _take_on(self, draft: Draft) -> ResponseReturnValue:
        person, view = viewer(), signed_in()
        key = view.key if view else ""
        sent_form = request.form if request.method == "POST" else None
        form = StepForm(sent_form, token=self.parts.tokens.bound("take on", draft.id + key))
        if person is not None and sent_form is not None and form.validate():
            return go_on(self.parts.take_on.take_on(draft, person))
        problems = tuple(form.problems())
        page = TakeOnPage(
            form=form,
            problems=problems,
            action=url_for(".take_on", draft_id=draft.id),
            name=person.name if person else "",
            sign_in_url=None if person else way_on(draft),
            without_url=step_url(Step.CONTACT, draft),
            rows=self._entries(draft),
        )
        return render(page, status_of(problems))

    def _entries(self, draft: Draft) -> tuple[Row, ...]:
        photo = _("Goes along") if draft.photo_name else ""
        entries = [
            *((row.label, row.value) for row in self.summary(draft)),
            (_("What is wrong"), draft.description),
            (_("Photo"), photo),
        ]
        return tuple(Row(label, value) for label, value in entries if value)
