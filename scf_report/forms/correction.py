"""The forms of the owner's page: saving a correction, withdrawing, deleting."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from scf_report.forms.base import StepForm


class CorrectionForm(StepForm):
    """The last look before a correction is saved."""

    button = _l("Save the changes")
    mark = HiddenField()
    """Names exactly what was shown, so that nothing else is saved by mistake."""


class MendForm(CorrectionForm):
    """The same for a report that the city refused."""

    button = _l("Send it again")
