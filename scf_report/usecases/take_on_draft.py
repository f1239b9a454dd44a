"""Let somebody who has signed in go on with a draft, as theirs alone from then on."""

from dataclasses import dataclass, replace
from enum import Enum

from scf_report.domain.draft import Draft
from scf_report.domain.report import SignedIn
from scf_report.storage.handovers import Handovers
from scf_report.usecases.errors import ContinuedError, DraftGoneError
from scf_report.usecases.fill_draft import FillDraft


class Fate(Enum):
    """What has become of a draft, for a page that still shows it."""

    OPEN = "open"
    CONTINUED = "continued"
    SENT = "sent"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class TakeOnDraft:
    """Signing in adds no authority to a draft's address: its content is copied to a new one."""

    fill: FillDraft
    handovers: Handovers

    def take_on(self, draft: Draft, person: SignedIn) -> Draft:
        """Copy the draft for this person, once: later calls of theirs give the same one.

        Whoever else reported is forgotten, and the questions are asked as APIv2 has them. Raises
        ContinuedError when another person was first, and DraftGoneError.
        """
        fresh = self.fill.drafts.create()
        bare = replace(draft, reporter=None, updates_in="", person=person)
        asked = self.fill.on_another_way(bare)
        taken = replace(asked, id=fresh.id, reference=fresh.reference)
        kept = self.handovers.hand_over(draft.id, taken)
        if kept is None:
            raise DraftGoneError
        if kept.person is None or kept.person.person_id != person.person_id:
            raise ContinuedError
        return kept

    def fate(self, draft_id: str) -> Fate:
        """Tell what has become of a draft, and nothing else about it."""
        draft = self.fill.drafts.load(draft_id)
        if draft is not None and draft.continued_in:
            sent = self.fill.outbox.receipt_of(draft.continued_in) is not None
            return Fate.SENT if sent else Fate.CONTINUED
        if draft is not None:
            return Fate.OPEN
        return Fate.GONE if self.fill.outbox.receipt_of(draft_id) is None else Fate.SENT
