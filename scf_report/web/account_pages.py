"""What the pages of signing in and out show."""

from dataclasses import dataclass
from typing import ClassVar

from scf_report.forms.account import FragmentForm, SignOutForm


@dataclass(frozen=True, slots=True)
class SignInFailedPage:
    """Nobody was signed in: why, and the ways on."""

    template: ClassVar[str] = "account/failed.html"
    failure: str
    """``cancelled``, ``over``, ``refused`` or ``away``."""
    again_url: str
    back_url: str
    kept: bool
    """The way back leads into a report."""


@dataclass(frozen=True, slots=True)
class FragmentPage:
    """Hands over what stands behind the # of its address, which no server ever sees."""

    template: ClassVar[str] = "account/fragment.html"
    form: FragmentForm
    action: str


@dataclass(frozen=True, slots=True)
class SignOutPage:
    """Asks once more whether to sign out, because the form was too old."""

    template: ClassVar[str] = "account/sign_out.html"
    form: SignOutForm
    action: str


@dataclass(frozen=True, slots=True)
class InsecurePage:
    """Says that nobody can sign in over a connection that others can read."""

    template: ClassVar[str] = "account/insecure.html"
    back_url: str
