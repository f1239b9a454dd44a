"""The steps that ask for one thing: the kind of problem, a photo, a last look."""

from collections.abc import Sequence
from functools import lru_cache

from flask_babel import get_locale, gettext as _, lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField

from scf_report.domain.report import SignedIn
from scf_report.domain.report_form import RequestType
from scf_report.forms.base import FormData, StepForm
from scf_report.forms.choices import Offer, RadioField
from scf_report.forms.clean import clean_line
from scf_report.forms.csrf import BoundToken
from scf_report.forms.fields import StringField
from scf_report.forms.messages import Required

LISTS_KEPT = 100
"""Of kinds of problem as they are offered in a language, since most places have the same one."""


class TypeForm(StepForm):
    """Chooses among the request types that are taken at the place; ``chosen`` is a code.

    ``person`` is as whom the report will go out; None: without an account.
    """

    type = RadioField(_l("Kind of problem"), [Required(_l("Choose the kind of problem"))])

    def __init__(
        self,
        formdata: FormData | None = None,
        *,
        token: BoundToken,
        types: Sequence[RequestType],
        chosen: str = "",
        person: SignedIn | None = None,
    ) -> None:
        super().__init__(formdata, token=token, data={"type": chosen})
        self._types = types
        self.type.offer(_offers(tuple(types), person is None, str(get_locale())))

    @property
    def request_type(self) -> RequestType | None:
        """The chosen type, None if none of those offered is."""
        return next((kind for kind in self._types if kind.code == self.type.data), None)


@lru_cache(LISTS_KEPT)
def _offers(
    types: tuple[RequestType, ...],
    as_guest: bool,  # noqa: FBT001  # a key
    _language: str,
) -> tuple[Offer, ...]:
    # Types without a group come under a heading of their own only beside headed ones.
    rest = _("Other") if any(kind.group for kind in types) else ""
    return tuple(
        Offer(
            kind.code, clean_line(kind.name), _hint(kind, as_guest=as_guest), kind.group or rest
        )
        for kind in types
    )


def _hint(kind: RequestType, *, as_guest: bool) -> str:
    """Say what the kind is, and what is special about reporting it."""
    told = [clean_line(kind.description)]
    if kind.information_only:
        told.append(_("For your information only: nothing can be sent."))
    elif as_guest and not kind.guests_may_report:
        told.append(_("Only for people who are signed in."))
    if kind.private and (secret := _("Not shown in public.")) not in told[0]:
        told.append(secret)
    return " ".join(part for part in told if part)


class PhotoForm(StepForm):
    """Takes a photo; its content is judged elsewhere. Needs ``request.files`` in ``formdata``."""

    photo = FileField(_l("Photo"), render_kw={"accept": "image/*"})

    @property
    def upload(self) -> FileStorage | None:
        """The file that was sent, None if none was chosen."""
        sent: FileStorage | None = self.photo.data
        return sent


class CheckForm(StepForm):
    """The last look before sending, with a trap for machines that fill in whatever they find."""

    button = _l("Send the report")
    digest = HiddenField()
    """Names exactly what was shown, so that nothing else is sent by mistake."""
    subject = StringField(
        _l("Leave this empty"),
        render_kw={"class": "visually-hidden", "tabindex": "-1", "autocomplete": "off"},
    )


def filled_by_machine(sent: FormData) -> bool:
    """Tell whether :class:`CheckForm`'s trap was filled in. Treated like sending too fast: asked for once more."""
    return bool(clean_line(sent.get("subject")))
