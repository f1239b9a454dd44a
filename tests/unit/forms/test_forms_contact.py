"""Nobody has to say who they are; who does is checked lightly and never shown in full again."""

import pytest
from werkzeug.datastructures import MultiDict

from scf_report.domain.report import Anonymous, Contact, Reporter
from scf_report.forms.base import Problem
from scf_report.forms.contact import ContactForm, masked
from scf_report.forms.csrf import BoundToken

ROBIN = Contact("Robin", "Doe", "robin@example.org", "312 555 0142")


def send(
    token: BoundToken,
    required: frozenset[str] = frozenset(),
    reporter: Reporter | None = None,
    **typed: str,
) -> ContactForm:
    """Post what was typed; return the validated form."""
    sent = MultiDict({"csrf_token": token.issue(), **typed})
    form = ContactForm(sent, token=token, required=required, reporter=reporter)
    form.validate()
    return form


def test_contact_details_arrive(token: BoundToken) -> None:
    """All four are taken, without the spaces around them."""
    form = send(
        token,
        choice="contact",
        first_name=" Robin ",
        last_name="Doe",
        email="robin@example.org\n",
        phone="312 555 0142",
    )
    assert form.problems() == []
    assert form.reporter == ROBIN


def test_without_a_name_nothing_else_counts(token: BoundToken) -> None:
    """Whatever stands in the hidden contact fields is neither checked nor taken."""
    form = send(
        token, choice="anonymous", email="no address", phone="x" * 10_000, last_name="Doe"
    )
    assert form.problems() == []
    assert form.reporter == Anonymous()


def test_leaving_all_details_empty_is_anonymous(token: BoundToken) -> None:
    """Every detail is optional; giving none is the same as giving no name."""
    form = send(token, choice="contact", email=" ")
    assert form.problems() == []
    assert form.reporter == Anonymous()


@pytest.mark.parametrize("choice", ["", "keep", "me", "\x00"])
def test_a_choice_is_needed(token: BoundToken, choice: str) -> None:
    """Nothing is decided for the resident; an unknown choice and nothing to keep are asked again."""
    form = send(token, choice=choice)
    assert [problem.field_id for problem in form.problems()] == ["choice-0"]
    assert form.reporter == Anonymous()


@pytest.mark.parametrize(
    "email",
    [
        "robin@example.org",
        "robin.o'neil+street@mail.example.co.uk",
        "rené@exämple.org",
        "r@xn--exmple-cua.org",
        "a" * 242 + "@example.org",
    ],
)
def test_real_addresses_are_taken(token: BoundToken, email: str) -> None:
    """Any script, plus signs and long names are addresses."""
    assert send(token, choice="contact", email=email).problems() == []


@pytest.mark.parametrize(
    "email",
    [
        "robin",
        "robin@example",
        "@example.org",
        "robin@.org",
        "robin@example..org",
        "robin@example.org.",
        "robin@@example.org",
        "robin@a@example.org",
        "two words@example.org",
        "Robin <robin@example.org>",
        "robin@example.org,eve@example.org",
        "robin@-example.org",
        "robin@10.0.0.1",
    ],
)
def test_what_is_no_address_is_asked_again(token: BoundToken, email: str) -> None:
    """The message shows how an address looks; what was typed is kept."""
    form = send(token, choice="contact", email=email)
    message = "Write the e-mail address in full, like robin@example.org"
    assert form.problems() == [Problem("email", message)]
    assert form.email.data == email


@pytest.mark.parametrize("phone", ["55501", "+1 (312) 555-0142", "312.555.0142"])
def test_phone_numbers_are_taken_as_written(token: BoundToken, phone: str) -> None:
    """Spaces and marks between the digits are fine."""
    assert send(token, choice="contact", phone=phone).reporter == Contact(phone=phone)


@pytest.mark.parametrize("phone", ["call me", "1234", "(+ - )", "312 555 0142 ext 5", "٣١٢٥٥٥"])
def test_what_cannot_be_dialed_is_asked_again(token: BoundToken, phone: str) -> None:
    """Words and too few digits are no phone number."""
    form = send(token, choice="contact", phone=phone)
    message = "Write the phone number in digits, like 312 555 0142"
    assert form.problems() == [Problem("phone", message)]


@pytest.mark.parametrize(
    ("name", "limit"), [("email", 254), ("phone", 25), ("first_name", 100), ("last_name", 100)]
)
def test_details_have_a_limit(token: BoundToken, name: str, limit: int) -> None:
    """Ten thousand characters are refused with figures."""
    sent = {"csrf_token": token.issue(), "choice": "contact", name: "1" * 10_000}
    form = ContactForm(MultiDict(sent), token=token)
    assert not form.validate()
    assert [problem.field_id for problem in form.problems()] == [name]
    assert f"to {limit} characters. It has 10000" in form.problems()[0].message


def test_an_endpoint_may_demand_details(token: BoundToken) -> None:
    """Then nobody is promised to stay unnamed, and what is missing is asked for by name."""
    demanded = frozenset({"email", "first_name"})
    shown = ContactForm(token=token, required=demanded)
    assert [(b.data, b.checked) for b in shown.choice] == [("contact", True)]
    assert (shown.email.flags.required, shown.phone.flags.required) == (True, None)
    form = send(token, demanded, choice="contact", last_name="Doe")
    assert form.problems() == [
        Problem("email", "Write your e-mail address"),
        Problem("first_name", "Write your first name"),
    ]
    assert send(token, demanded, choice="anonymous").problems()[0].field_id == "choice-0"


def test_one_form_demands_nothing_of_another(token: BoundToken) -> None:
    """What one endpoint demands is not asked of people who report to another."""
    ContactForm(token=token, required=frozenset({"email"}))
    assert not ContactForm(token=token).email.flags.required
    assert send(token, choice="contact", phone="312 555 0142").problems() == []


def test_details_given_before_are_kept_but_not_shown(token: BoundToken) -> None:
    """Coming back shows a hint only; keeping them needs no typing, changing them is free."""
    shown = ContactForm(token=token, reporter=ROBIN)
    assert shown.choice.data == "keep"
    assert shown.choice.hints["keep"] == "r…@example.org"
    others = [field for field in shown if field is not shown.choice]
    assert "robin" not in "".join(str(each) for each in (*shown.choice, *others))
    assert send(token, reporter=ROBIN, choice="keep").reporter == ROBIN
    assert send(token, reporter=ROBIN, choice="anonymous").reporter == Anonymous()
    changed = send(token, reporter=ROBIN, choice="contact", email="eve@example.org")
    assert changed.reporter == Contact(email="eve@example.org")
    assert ContactForm(token=token, reporter=Anonymous()).choice.data == "anonymous"


@pytest.mark.parametrize(
    ("contact", "hint"),
    [
        (ROBIN, "r…@example.org"),
        (Contact(phone="312 555 0142"), "…42"),
        (Contact(last_name="Doe"), "D…"),
    ],
)
def test_a_mask_only_reminds(contact: Contact, hint: str) -> None:
    """Whoever opens the page learns nothing that identifies the reporter."""
    assert masked(contact) == hint
