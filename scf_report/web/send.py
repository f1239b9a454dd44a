"""Steps 4 and 5: who reports, a last look, and sending."""

from datetime import datetime
from typing import assert_never

from flask import g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext as _

from scf_report.domain.draft import Draft, Step
from scf_report.domain.report import Contact
from scf_report.domain.report_form import Question, QuestionKind
from scf_report.forms.base import FormData
from scf_report.forms.contact import ContactForm, masked
from scf_report.forms.csrf import BoundToken, TokenCheck
from scf_report.forms.messages import quoted
from scf_report.forms.question_fields import is_answered
from scf_report.forms.steps import CheckForm, filled_by_machine
from scf_report.usecases.check_report import CheckedReport
from scf_report.usecases.errors import (
    AlreadySentError,
    ContinuedError,
    DraftGoneError,
    UseCaseError,
)
from scf_report.usecases.submit_report import (
    ChangedMeanwhile,
    Submitted,
    TooFast,
    TooMany,
)
from scf_report.web.context import render
from scf_report.web.pages import CheckPage, ContactPage, Row
from scf_report.web.problem import ProblemSteps, go_on_from
from scf_report.web.steps import continued, go_on, notice, status_of, step_url, with_draft
from scf_report.web.times import clock_time, day_and_time


class SendSteps(ProblemSteps):
    """The views of these steps."""

    @with_draft(Step.CONTACT)
    def contact(self, draft: Draft) -> ResponseReturnValue:
        """Say who reports, or that nobody needs to know."""
        required = self.parts.endpoint.dialect.required_contact
        sent = request.form if request.method == "POST" else None
        form = self._contact_form(sent, draft, self.token(draft))
        if sent is not None and form.validate():
            saved = self._save_reporter(draft, form)
            return go_on_from(Step.CONTACT, saved)
        problems = tuple(form.problems()) or self.refused(Step.CONTACT, draft, form)
        page = ContactPage(
            form=form,
            problems=problems,
            action=step_url(Step.CONTACT, draft),
            back_url=self.back_url(Step.CONTACT, draft),
            draft=draft,
            summary=self.summary(draft),
            notice=notice(),
            required=required,
            sign_in_url=self.way_on(draft),
            fate_url=url_for(".fate", draft_id=draft.id) if g.embedded else "",
        )
        return render(page, status_of(problems))

    def _contact_form(
        self, sent: FormData | None, draft: Draft, token: BoundToken
    ) -> ContactForm:
        return ContactForm(
            sent,
            token=token,
            required=self.parts.endpoint.dialect.required_contact,
            reporter=draft.reporter,
            wants_updates=self._wants_updates(draft),
            person=draft.person,
            name_may_be_hidden=draft.form is not None
            and draft.form.request_type.name_may_be_hidden,
        )

    def carry_contact(self) -> Draft:
        """Begin a new draft with the contact details posted to one that is gone."""
        draft = self.begin()
        form = self._contact_form(request.form, draft, self.parts.tokens.bound("start"))
        return self._save_reporter(draft, form) if form.holds() else draft

    def _wants_updates(self, draft: Draft) -> bool | None:
        return bool(draft.updates_in) if self.parts.brand.mail else None

    def _save_reporter(self, draft: Draft, form: ContactForm) -> Draft:
        language = get_locale().language if form.wants_updates else ""
        return self.parts.fill.save_reporter(draft, form.reporter, language)

    @with_draft(Step.CHECK)
    def check(self, draft: Draft) -> ResponseReturnValue:
        """Show everything as it will be sent."""
        return self._show_check(draft)

    def submit(self, draft_id: str) -> ResponseReturnValue:
        """Send the report, once: every repeat answers with the same receipt."""
        if request.method == "GET":  # its answer was loaded again, or in another language
            return redirect(url_for(".check", draft_id=draft_id), 303)
        try:
            draft = self.open(draft_id)
        except AlreadySentError:
            return self._repeat(draft_id)
        except (ContinuedError, DraftGoneError) as error:
            return self._not_here(draft_id, error)
        if not draft.reaches(Step.CHECK):
            return go_on(draft)
        # Nothing else can be wrong with this form, and making one takes longer than this.
        if self.posted_token(draft.id) is TokenCheck.OK:
            return self._send(draft)
        form = CheckForm(request.form, token=self.token(draft))
        form.validate()
        return self._show_check(draft, form)

    def _send(self, draft: Draft) -> ResponseReturnValue:
        result = self.parts.submit.submit(
            draft,
            request.form.get("digest", ""),
            address=request.remote_addr or "",
            now=self.parts.now(),
            looks_automatic=filled_by_machine(request.form),
        )
        match result:
            case Submitted():
                return _to_receipt(result)
            case TooFast():
                return self._show_check(draft, why="fast")
            case ChangedMeanwhile():
                return self._show_check(draft, why="changed")
            case TooMany(retry_at):
                return self._show_check(draft, why="limit", retry_at=retry_at)
            case _:
                assert_never(result)

    def _not_here(self, draft_id: str, error: UseCaseError) -> ResponseReturnValue:
        if isinstance(error, ContinuedError):
            return continued(draft_id, self.parts.take_on.fate(draft_id))
        return redirect(url_for(".start", notice="purged"), 303)

    def _repeat(self, draft_id: str) -> ResponseReturnValue:
        # A token that is too old is good enough to see a receipt that its own form has made.
        if self.posted_token(draft_id) is TokenCheck.FORGED:
            return redirect(url_for(".check", draft_id=draft_id), 303)
        submitted = self.parts.submit.repeat(draft_id)
        if submitted is None:
            return redirect(url_for(".start", notice="purged"), 303)
        return _to_receipt(submitted)

    def _show_check(
        self,
        draft: Draft,
        form: CheckForm | None = None,
        *,
        why: str = "",
        retry_at: datetime | None = None,
    ) -> ResponseReturnValue:
        checked = self.parts.check.check(draft)
        problems = tuple(form.problems()) if form else ()
        fresh = CheckForm(token=self.token(draft), data={"digest": checked.digest})
        page = CheckPage(
            form=fresh,
            problems=problems,
            action=url_for(".submit", draft_id=draft.id),
            back_url=self.back_url(Step.CHECK, draft),
            draft=draft,
            summary=(),
            notice=why or notice(),
            rows=self._rows(draft, checked),
            public_title=checked.title,
            public_text=checked.public.text,
            private=checked.public.private,
            address=checked.address,
            photo_url=self.photo_url(draft),
            reference=str(draft.reference),
            retry_at=clock_time(retry_at, self.parts.zone),
        )
        status = 429 if why == "limit" else 422 if problems or why else 200
        response = make_response(render(page, status))
        if retry_at is not None:
            wait = (retry_at - self.parts.now()).total_seconds()
            response.headers["Retry-After"] = str(max(1, round(wait)))
        return response

    def _rows(self, draft: Draft, checked: CheckedReport) -> tuple[Row, ...]:
        details = step_url(Step.DETAILS, draft)
        form = checked.report.form
        problem = ", ".join(
            part for part in (checked.public.request_type, checked.public.organization) if part
        )
        rows = [
            Row(_("Where"), checked.address, step_url(Step.WHERE, draft)),
            Row(_("Problem"), problem, step_url(Step.TYPE, draft)),
            Row(_("What is wrong"), self._own_words(draft, checked), f"{details}#description"),
        ]
        rows += [
            self._answer_row(question, checked.answers(question.code), details)
            for question in form.questions
            if is_answered(question)
        ]
        photo = draft.photo_name or ""
        rows.append(Row(_("Photo"), photo, step_url(Step.PHOTOS, draft)))
        rows.append(_reporter_row(checked, step_url(Step.CONTACT, draft)))
        if draft.updates_in and self.parts.brand.mail:
            words = _("To your e-mail address, once you confirm it")
            rows.append(Row(_("Updates by e-mail"), words, step_url(Step.CONTACT, draft)))
        return tuple(rows)

    def _own_words(self, draft: Draft, checked: CheckedReport) -> str:
        """Show the text that is sent without our reference, which the public preview shows."""
        return checked.description.removeprefix(f"{draft.reference}: ")

    def _answer_row(self, question: Question, sent: tuple[str, ...], href: str) -> Row:
        if question.kind is QuestionKind.DATETIME and sent:
            value = day_and_time(datetime.fromisoformat(sent[0]), self.parts.zone)
        else:
            value = ", ".join(question.choice_name(key) for key in sent)
        return Row(
            quoted(question.text), value, href, private=question.kept_private and bool(sent)
        )


def _reporter_row(checked: CheckedReport, href: str) -> Row:
    if person := checked.person:
        hidden = bool(checked.value("anonymize_reporter"))
        name = person.name or person.person_id
        words = _("%(name)s, hidden from others", name=name) if hidden else name
        return Row(_("Sent as"), words, href, private=hidden)
    contact = Contact(
        *(checked.value(name) for name in ("first_name", "last_name", "email", "phone"))
    )
    given = "" if contact.is_empty else masked(contact)
    return Row(_("Your details"), given, href, private=bool(given))


def _to_receipt(submitted: Submitted) -> ResponseReturnValue:
    address = url_for(".receipt", receipt=submitted.receipt, new=submitted.ticket)
    return redirect(address, 303)
