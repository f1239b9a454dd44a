"""Steps 2 and 3: the kind of problem, its questions, a photo."""

from typing import Any

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from scf_report.domain.draft import Draft, Step
from scf_report.domain.report_form import ReportForm, RequestType
from scf_report.forms.clean import clean_line
from scf_report.forms.csrf import TokenCheck
from scf_report.forms.place import LANDMARK_LIMIT
from scf_report.forms.questions import DetailsForm, details_form
from scf_report.forms.steps import PhotoForm, TypeForm
from scf_report.usecases.check_report import room_for_description
from scf_report.usecases.errors import SignInNeededError, TypeGoneError
from scf_report.usecases.keep_photo import PhotoProblem, PhotoRefused
from scf_report.web.context import render
from scf_report.web.pages import DetailsPage, PhotosPage, TypePage
from scf_report.web.steps import Steps, notice, status_of, step_url, with_draft

LARGEST_UPLOAD = 80 * 1024 * 1024
"""Read this far, so that a photo that is too large gets a page instead of a broken connection."""


class ProblemSteps(Steps):
    """The views of these steps."""

    @with_draft(Step.TYPE)
    def kind(self, draft: Draft) -> ResponseReturnValue:
        """Choose the kind of problem."""
        types = self.parts.fill.types_for(draft)
        chosen = draft.form.request_type.code if draft.form else draft.wanted_type
        if request.method == "GET":
            form = TypeForm(
                token=self.token(draft), types=types, chosen=chosen, person=draft.goes_as
            )
            return self._show_types(draft, types, form)
        form = TypeForm(
            request.form, token=self.token(draft), types=types, person=draft.goes_as
        )
        if not form.validate() or form.request_type is None:
            return self._show_types(draft, types, form)
        try:
            chosen_now = self.parts.fill.choose_type(draft, form.request_type)
        except TypeGoneError:
            form.type.errors = [_("This can no longer be reported. Choose another kind")]
            return self._show_types(draft, types, form)
        except SignInNeededError:
            if draft.goes_as:
                raise
            form.type.errors = [_("Sign in to report this, or choose another kind")]
            return self._show_types(draft, types, form, sign_in_url=self.way_on(draft))
        return go_on_from(Step.TYPE, chosen_now)

    def carry_type(self) -> Draft:
        """Begin a new draft that wants the type posted to one that is gone."""
        return self.begin(wanted_type=clean_line(request.form.get("type"))[:200])

    @with_draft(Step.DETAILS)
    def details(self, draft: Draft) -> ResponseReturnValue:
        """Describe the problem and answer the type's questions."""
        assert draft.form is not None  # noqa: S101  # with_draft has seen to it
        form_class = self._details_form(draft.form)
        if request.method == "POST":
            form = form_class(request.form, token=self.token(draft))
            if form.validate() and not draft.form.request_type.information_only:
                saved = self.parts.fill.save_details(
                    draft, form.description.data, form.answers()
                )
                return go_on_from(Step.DETAILS, saved)
        elif draft.carried and not draft.description:
            form = form_class(MultiDict(draft.carried), token=self.token(draft))
        else:
            form = form_class(
                token=self.token(draft), description=draft.description, answers=draft.answers
            )
        problems = tuple(form.problems()) or self.refused(Step.DETAILS, draft, form)
        page = DetailsPage(
            form=form,
            problems=problems,
            action=step_url(Step.DETAILS, draft),
            back_url=self.back_url(Step.DETAILS, draft),
            draft=draft,
            summary=self.summary(draft),
            notice=notice(),
            age=self.age(self.parts.fill.form_staleness(draft)),
        )
        return render(page, status_of(problems))

    def carry_details(self) -> Draft:
        """Begin a new draft with the words that were posted to one that is gone."""
        carried = tuple(
            (name, value)
            for name, value in request.form.items(multi=True)
            if name != "csrf_token"
        )
        return self.begin(carried=carried)

    @with_draft(Step.PHOTOS)
    def photos(self, draft: Draft) -> ResponseReturnValue:
        """Take a photo along, or go on without one."""
        if request.method == "GET":
            return self._show_photos(draft, PhotoForm(token=self.token(draft)))
        form = PhotoForm(_with_files(), token=self.token(draft))
        form.validate()
        if self.posted_token(draft.id) is not TokenCheck.FORGED:
            # A page that was open for too long still brings its photo, as it cannot send it again.
            draft = self._take_photo(draft, form)
        elif form.upload is not None:
            form.photo.errors = [_("Choose the photo once more")]
        if form.problems():
            return self._show_photos(draft, form)
        return go_on_from(Step.PHOTOS, self.parts.fill.pass_photos(draft))

    def carry_photos(self) -> Draft:
        """Begin a new draft with the photo that was posted to one that is gone."""
        form = PhotoForm(_with_files(), token=self.parts.tokens.bound("start"))
        return self._take_photo(self.begin(), form)

    def _take_photo(self, draft: Draft, form: PhotoForm) -> Draft:
        """Keep the photo that was sent, if there is one; why it is refused is told at its field."""
        if (upload := form.upload) is None:
            return draft
        try:
            return self.parts.photo.keep(draft, upload.filename or "", upload.stream.read())
        except PhotoRefused as refused:
            form.photo.errors = [photo_message(refused.reason)]
            return draft

    @with_draft(Step.PHOTOS)
    def remove_photo(self, draft: Draft) -> ResponseReturnValue:
        """Let go of the photo and stay on the step."""
        if request.method == "GET":  # its answer was loaded again, or in another language
            return redirect(step_url(Step.PHOTOS, draft), 303)
        form = PhotoForm(request.form, token=self.token(draft))
        if not form.validate():
            return self._show_photos(draft, form)
        self.parts.photo.remove(draft)
        return redirect(step_url(Step.PHOTOS, draft), 303)

    @with_draft(Step.PHOTOS)
    def picture(self, draft: Draft) -> ResponseReturnValue:
        """Show the kept photo to whoever has the draft's address."""
        photo = self.parts.photo.show(draft) or abort(404)
        return Response(photo.data, mimetype=photo.content_type)

    def photo_url(self, draft: Draft) -> str | None:
        """Return the address of the kept photo, None if there is none."""
        return url_for(".picture", draft_id=draft.id) if draft.photo_name else None

    def _details_form(self, form: ReportForm) -> type[DetailsForm]:
        room = room_for_description(LANDMARK_LIMIT)
        return details_form(form, room=room, zone=self.parts.zone)

    def _show_types(
        self,
        draft: Draft,
        types: tuple[RequestType, ...],
        form: TypeForm,
        sign_in_url: str | None = None,
    ) -> ResponseReturnValue:
        query = clean_line(request.args.get("q"))[:200]
        shown = tuple(kind for kind in types if _matches(kind, query)) if query else types
        if len(shown) < len(types) and request.method == "GET":
            chosen = form.type.data
            form = TypeForm(
                token=self.token(draft), types=shown, chosen=chosen, person=draft.goes_as
            )
        problems = tuple(form.problems()) or self.refused(Step.TYPE, draft, form)
        page = TypePage(
            form=form,
            problems=problems,
            action=step_url(Step.TYPE, draft),
            back_url=self.back_url(Step.TYPE, draft),
            draft=draft,
            summary=self.summary(draft),
            notice=notice(),
            age=self.age(self.parts.fill.types_staleness(draft)),
            query=query,
            count=len(types),
            matching=len(shown),
            search_url=step_url(Step.TYPE, draft),
            sign_in_url=sign_in_url,
        )
        return render(page, status_of(problems))

    def _show_photos(self, draft: Draft, form: PhotoForm) -> ResponseReturnValue:
        problems = tuple(form.problems()) or self.refused(Step.PHOTOS, draft, form)
        page = PhotosPage(
            form=form,
            problems=problems,
            action=step_url(Step.PHOTOS, draft),
            back_url=self.back_url(Step.PHOTOS, draft),
            draft=draft,
            summary=self.summary(draft),
            notice=notice(),
            photo_url=self.photo_url(draft),
            remove_url=url_for(".remove_photo", draft_id=draft.id),
        )
        return render(page, status_of(problems))


def _with_files() -> MultiDict[str, Any]:
    posted: MultiDict[str, Any] = MultiDict(request.form)
    posted.update(request.files)
    return posted


def go_on_from(step: Step, draft: Draft) -> ResponseReturnValue:
    """Go to the next step, or straight on to the check page when all of them were answered before."""
    if draft.first_missing() is Step.CHECK:
        return redirect(step_url(Step.CHECK, draft), 303)
    order = list(Step)
    return redirect(step_url(order[order.index(step) + 1], draft), 303)


def photo_message(problem: PhotoProblem) -> str:
    """Say why a file was refused, and what to do."""
    messages: dict[PhotoProblem, str] = {
        PhotoProblem.EMPTY: _(
            "This file is empty. Choose another photo, or continue without one"
        ),
        PhotoProblem.TOO_LARGE: _(
            "This photo is larger than 25 MB. Choose a smaller one, or continue without one"
        ),
        PhotoProblem.TOO_MANY_PIXELS: _(
            "This picture has more than 50 megapixels. Choose a smaller one, or continue without one"
        ),
        PhotoProblem.NOT_A_PHOTO: _(
            "This file is not a photo. Choose a JPEG, PNG, WebP or HEIC file, or continue without one"
        ),
        PhotoProblem.DAMAGED: _(
            "This photo is damaged and cannot be read. Choose another one, or continue without one"
        ),
    }
    return messages[problem]


def _matches(kind: RequestType, query: str) -> bool:
    text = f" {' '.join((kind.name, kind.description, kind.group, *kind.keywords))}".casefold()
    return all(f" {word}" in text for word in query.casefold().split())
