"""The box for updates counts with an address alone, and is there only where mail is sent."""

import pytest
from werkzeug.datastructures import MultiDict

from scf_report.domain.report import Contact
from scf_report.forms.contact import EMAIL_LIMIT, ContactForm
from scf_report.forms.csrf import BoundToken
from scf_report.forms.updates import UpdatesForm

ROBIN = Contact(email="robin@example.org")


def send(
    token: BoundToken,
    *,
    reporter: Contact | None = None,
    wants_updates: bool | None = False,
    **typed: str,
) -> ContactForm:
    """Post what was typed; return the validated form."""
    sent = MultiDict({"csrf_token": token.issue(), **typed})
    form = ContactForm(sent, token=token, reporter=reporter, wants_updates=wants_updates)
    form.validate()
    return form


def test_wish_needs_an_address(token: BoundToken) -> None:
    """The box with an address is a wish, without one an error at the address."""
    good = send(token, choice="contact", email="robin@example.org", updates="yes")
    assert good.problems() == []
    assert good.wants_updates
    bad = send(token, choice="contact", phone="312 555 0142", updates="yes")
    assert [problem.field_id for problem in bad.problems()] == ["email"]


def test_unchecked_is_no_wish(token: BoundToken) -> None:
    """Giving an address is not asking for mail."""
    form = send(token, choice="contact", email="robin@example.org")
    assert form.problems() == []
    assert not form.wants_updates


def test_anonymous_is_no_wish(token: BoundToken) -> None:
    """Whoever goes on without a name gets no mail, whatever stands in hidden fields."""
    form = send(token, choice="anonymous", email="robin@example.org", updates="yes")
    assert form.problems() == []
    assert not form.wants_updates


@pytest.mark.parametrize("before", [True, False])
def test_kept_details_keep_the_wish(token: BoundToken, *, before: bool) -> None:
    """Going on with the details given before goes on with what was chosen with them."""
    form = send(token, choice="keep", reporter=ROBIN, wants_updates=before)
    assert form.problems() == []
    assert form.wants_updates is before


def test_without_mail_there_is_no_box(token: BoundToken) -> None:
    """A box that was posted all the same is neither an error nor a wish."""
    form = send(token, choice="contact", email="a@b.example", updates="yes", wants_updates=None)
    assert form.problems() == []
    assert not form.wants_updates
    assert "updates" not in form


@pytest.mark.parametrize(
    ("email", "good"),
    [
        (" robin@example.org ", True),
        ("robin@bücher.example", True),
        ("", False),
        ("robin", False),
        ("robin@example.org, pat@example.org", False),
        ("robin@example.org\r\nBcc: pat@example.org", False),
        (f"{'x' * EMAIL_LIMIT}@example.org", False),
    ],
)
def test_one_address_is_taken(token: BoundToken, email: str, *, good: bool) -> None:
    """At the receipt exactly one address is taken, nothing else."""
    form = UpdatesForm(MultiDict({"csrf_token": token.issue(), "email": email}), token=token)
    form.validate()
    assert (form.problems() == []) is good
