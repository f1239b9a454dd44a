"""The contact step: without a name, or with contact details."""

import re
from collections.abc import Iterator
from dataclasses import replace

from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from scf_report.domain.report import Anonymous, Contact, Reporter, SignedIn
from scf_report.forms.base import FormData, StepForm
from scf_report.forms.choices import CheckboxesField, Offer, RadioField
from scf_report.forms.csrf import BoundToken
from scf_report.forms.fields import StringField
from scf_report.forms.messages import AtMost, Required, refuse

ANONYMOUS, CONTACT, KEEP = "anonymous", "contact", "keep"
PERSON, HIDDEN = "person", "hidden"
"""The values of the choice."""
NAME_LIMIT = 100
EMAIL_LIMIT = 254
"""RFC 5321 section 4.5.3.1.3: a path has at most 256 characters, its angle brackets included."""
PHONE_LIMIT = 25
_UPDATES = Offer(
    "yes",
    _l("E-mail me what becomes of it"),
    _l("We send you a link first, to confirm your address."),
)
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\\\"]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*")
_PHONE = re.compile(r"(?=(?:\D*\d){5})[0-9 +().\-]+", re.ASCII)


class ContactForm(StepForm):
    """Asks who reports. Contact fields count for the choice ``contact`` alone.

    ``required`` names the contact fields that the endpoint demands; then nobody can report
    without them. Details that were given before are offered to be kept, and never shown in full.
    ``wants_updates`` is what was chosen before; None where there is no e-mail, and no such box.
    ``person`` is who may report with their account.
    """

    choice = RadioField(
        _l("How do you want to send this?"),
        [Required(_l("Choose how you want to send this"))],
    )
    email = StringField(_l("E-mail"), render_kw={"type": "email", "autocomplete": "email"})
    updates = CheckboxesField(_l("Updates by e-mail"))
    phone = StringField(_l("Phone"), render_kw={"type": "tel", "autocomplete": "tel"})
    first_name = StringField(_l("First name"), render_kw={"autocomplete": "given-name"})
    last_name = StringField(_l("Last name"), render_kw={"autocomplete": "family-name"})

    def __init__(  # noqa: PLR0913  # what the draft knows, each by its name
        self,
        formdata: FormData | None = None,
        *,
        token: BoundToken,
        required: frozenset[str] = frozenset(),
        reporter: Reporter | None = None,
        wants_updates: bool | None = None,
        person: SignedIn | None = None,
        name_may_be_hidden: bool = False,
    ) -> None:
        self._kept = reporter if isinstance(reporter, Contact) else None
        self._wanted, self._person = bool(wants_updates), person
        super().__init__(formdata, token=token, data={"choice": _stored(reporter)})
        if required and not (self.choice.data or person):
            self.choice.data = CONTACT
        as_person = _as_person(person, name_may_be_hidden) if person else ()
        self.choice.offer([*as_person, *_offers(self._kept, anonymous=not required)])
        if wants_updates is None:
            del self.updates
        else:
            self.updates.offer([_UPDATES])
        for name in required:
            self[name].flags.required = True

    @property
    def reporter(self) -> Reporter:
        """Who reports, as chosen; somebody who left all fields empty is anonymous."""
        if self._person and self.choice.data in (PERSON, HIDDEN):
            return replace(self._person, hide_name=self.choice.data == HIDDEN)
        if self.choice.data == KEEP and self._kept:
            return self._kept
        given = Contact(
            self.first_name.data, self.last_name.data, self.email.data, self.phone.data
        )
        return Anonymous() if self.choice.data != CONTACT or given.is_empty else given

    @property
    def wants_updates(self) -> bool:
        """The box was checked, now or, for details that are kept, before."""
        if self.choice.data == KEEP:
            return self._wanted
        return self.choice.data == CONTACT and "updates" in self and bool(self.updates.data)

    def validate_email(self, field: StringField) -> None:
        """Refuse what cannot be an address; whether it exists only a mail to it can tell."""
        self._check(field, _l("Write your e-mail address"), EMAIL_LIMIT)
        if self.wants_updates and not field.data:
            refuse(_l("Write your e-mail address, so that updates can reach you"))
        refuse_bad_email(field)

    def validate_phone(self, field: StringField) -> None:
        """Refuse what cannot be dialed."""
        self._check(field, _l("Write your phone number"), PHONE_LIMIT)
        if field.data and not _PHONE.fullmatch(field.data):
            refuse(_l("Write the phone number in digits, like 312 555 0142"))

    def validate_first_name(self, field: StringField) -> None:
        """Refuse a missing or endless name."""
        self._check(field, _l("Write your first name"), NAME_LIMIT)

    def validate_last_name(self, field: StringField) -> None:
        """Refuse a missing or endless name."""
        self._check(field, _l("Write your last name"), NAME_LIMIT)

    def _check(self, field: StringField, missing: object, limit: int) -> None:
        if self.choice.data != CONTACT:
            raise StopValidation
        if field.flags.required:
            Required(missing)(self, field)
        AtMost(limit)(self, field)


def refuse_bad_email(field: StringField) -> None:
    """Raise what is wrong with a text that is no e-mail address; nothing is fine."""
    if field.data and not _EMAIL.fullmatch(field.data):
        refuse(_l("Write the e-mail address in full, like robin@example.org"))


def _stored(reporter: Reporter | None) -> str:
    match reporter:
        case SignedIn(hide_name=hidden):
            return HIDDEN if hidden else PERSON
        case Contact():
            return KEEP
        case Anonymous():
            return ANONYMOUS
        case None:
            return ""


def _as_person(person: SignedIn, name_may_be_hidden: bool) -> Iterator[Offer]:  # noqa: FBT001  # a flag of the kind
    name = person.name or person.person_id
    hint = _l("You can follow it with your account. Your name may stand beside the report.")
    yield Offer(PERSON, _l("As %(name)s", name=name), hint)
    if name_may_be_hidden:
        hint = _l("The city knows who you are; others do not see your name.")
        yield Offer(HIDDEN, _l("As %(name)s, with my name hidden", name=name), hint)


def _offers(kept: Contact | None, *, anonymous: bool) -> Iterator[Offer]:
    if kept:
        name = _l("With the contact details that you gave")
        yield Offer(KEEP, name, masked(kept))
    if anonymous:
        hint = _l(
            "Nobody learns who you are, not even the city. "
            "You can still follow your report with the receipt."
        )
        yield Offer(ANONYMOUS, _l("Without my name"), hint)
    name = _l("With other contact details") if kept else _l("With my contact details")
    hint = _l("Only the organization’s staff see them, so that they can ask you something.")
    yield Offer(CONTACT, name, hint)


def masked(contact: Contact) -> str:
    """Hint at contact details without showing them: ``a…@example.org``, ``…42`` or ``R…``."""
    local, at, domain = contact.email.rpartition("@")
    if at:
        return f"{local[:1]}…@{domain}"
    if contact.phone:
        return f"…{contact.phone[-2:]}"
    return f"{(contact.first_name or contact.last_name)[:1]}…"
