"""The forms of signing in and out; what is posted besides their tokens is never shown again."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from scf_report.forms.base import StepForm


class FragmentForm(StepForm):
    """Carries the answer of the implicit flow (RFC 6749, section 4.2.2), filled in by a script."""

    button = _l("Go on")
    fragment = HiddenField()


class SignOutForm(StepForm):
    """Signs out."""

    button = _l("Sign out")
