"""What all forms share: posted values alone count, problems come in field order, a token guards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale, lazy_gettext as _l
from flask_wtf import FlaskForm
from typing_extensions import override
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.csrf.core import CSRFTokenField
from wtforms.meta import DefaultMeta

from scf_report.forms.csrf import BoundToken, FormTokenCSRF

FormData = MultiDict[str, Any]
"""What was posted: ``request.form``, or that and ``request.files`` combined."""
STEP_ID = "step"
"""Id of the form element that goes on (design section 4): problems of the whole form point at it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary; ``field_id`` is the id of the input that gets the focus."""

    field_id: str
    message: str


class StepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form that changes something: it carries a token as ``csrf_token``.

    ``formdata`` is what was sent, None when the page is only shown; then ``data`` fills the
    fields. What was sent replaces stored values altogether: a box that is no longer ticked is off.

    A token that is missing, foreign or too old is never an exception: the form does not validate,
    keeps what was typed, renders a fresh token, and says what to do.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Takes language and token without asking the application for its configuration."""

        csrf = True
        csrf_field_name = "csrf_token"

        @override
        def get_translations(self, form: Form) -> Any:
            # WTForms keeps its catalogs; Flask-WTF reads them from the disk at each request.
            locale = get_locale()
            self.locales = (locale.language,) if locale else False
            return DefaultMeta.get_translations(self, form)

        @override
        def build_csrf(self, form: Form) -> FormTokenCSRF:
            guard: FormTokenCSRF = self.guard  # given by __init__
            return guard

    csrf_token: CSRFTokenField
    button = _l("Continue")
    """The words on the button that goes on, as messages quote them."""

    def __init__(
        self,
        formdata: FormData | None = None,
        *,
        token: BoundToken,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            formdata=formdata,
            data=data if formdata is None else None,
            meta={"guard": FormTokenCSRF(token, self.button)},
        )

    @property
    def token_problem(self) -> str | None:
        """What to say about the token, None if it is good; None before :meth:`validate`."""
        return next(iter(self.csrf_token.errors), None)

    def holds(self) -> bool:
        """Tell whether all entries are good, whatever the token: their form was for another draft."""
        self.validate()
        return not self._entry_problems()

    def problems(self) -> list[Problem]:
        """List what is wrong with the token, the form, and each field in order; empty before validation."""
        problem = self.token_problem
        return ([Problem(STEP_ID, problem)] if problem else []) + self._entry_problems()

    def _entry_problems(self) -> list[Problem]:
        return [Problem(STEP_ID, error) for error in self.form_errors] + [
            Problem(getattr(field, "focus_id", field.id), str(field.errors[0]))
            for field in self
            if field.errors and not isinstance(field, CSRFTokenField)
        ]
