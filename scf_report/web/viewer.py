"""Who looks at a report's pages, and how somebody becomes known to them."""

from flask import url_for

from scf_report.domain.draft import Draft
from scf_report.domain.report import SignedIn
from scf_report.web.session import signed_in


def viewer() -> SignedIn | None:
    """Return who is signed in, as a report names them; None in a frame, too."""
    view = signed_in()
    if view is None:
        return None
    person = view.person
    return SignedIn(person.id, person.name or person.email)


def may_see(draft: Draft) -> bool:
    """Tell whether the draft is nobody's, or this very person's."""
    if draft.person is None:
        return True
    person = viewer()
    return person is not None and person.person_id == draft.person.person_id


def way_on(draft: Draft) -> str:
    """Return where somebody goes on with the draft as themselves: through signing in, if need be.

    It is a page by itself, never one in a frame.
    """
    taking_on = url_for("report.take_on", draft_id=draft.id)
    if viewer() is not None:
        return taking_on
    return url_for(
        "account.login", next=taking_on, back=url_for("report.contact", draft_id=draft.id)
    )
