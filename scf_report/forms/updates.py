"""Updates by e-mail: the address to ask, and the buttons of the page that a message's link opens."""

from flask_babel import lazy_gettext as _l

from scf_report.forms.base import StepForm
from scf_report.forms.contact import EMAIL_LIMIT, refuse_bad_email
from scf_report.forms.fields import StringField
from scf_report.forms.messages import AtMost, Required


class UpdatesForm(StepForm):
    """Asks at a receipt for an address."""

    button = _l("E-mail me what becomes of it")
    email = StringField(
        _l("E-mail"),
        [Required(_l("Write your e-mail address")), AtMost(EMAIL_LIMIT)],
        description=_l("We use it for nothing else."),
        render_kw={"type": "email", "autocomplete": "email"},
    )

    def validate_email(self, field: StringField) -> None:
        """Refuse what cannot be an address."""
        refuse_bad_email(field)


class MailForm(StepForm):
    """Confirms or ends updates; which of them, the pressed button says."""

    button = _l("Yes, send me updates")
