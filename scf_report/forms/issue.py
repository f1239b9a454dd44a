"""Forms for what somebody who is signed in does about an issue.

Several of them stand on one page, so that each names its field by itself.
"""

import secrets
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField

from scf_report.forms.base import FormData, StepForm
from scf_report.forms.csrf import BoundToken
from scf_report.forms.fields import TextAreaField
from scf_report.forms.messages import AtMost, Required

COMMENT_LIMIT = 1000
"""Characters of a comment; nothing is known of the upstream's own limit."""
_LONG = {"maxlength": COMMENT_LIMIT}


class ActForm(StepForm):
    """Does one thing. ``once`` is another value in each form that is shown: one form does it once."""

    once = HiddenField()
    undo = HiddenField()
    """Not empty: takes it back."""
    text_field: ClassVar[str] = ""

    def __init__(
        self, formdata: FormData | None = None, *, token: BoundToken, undo: bool = False
    ) -> None:
        data = {"once": secrets.token_urlsafe(16), "undo": "1" if undo else ""}
        super().__init__(formdata, token=token, data=data)

    @property
    def words(self) -> str:
        """What was written, "" for nothing."""
        return str(self[self.text_field].data) if self.text_field else ""

    @property
    def upload(self) -> FileStorage | None:
        """The photo that was sent, None for none."""
        return None

    def ask_again(self) -> None:
        """Become another form with the same entries: what it is sent for next is a new try."""
        self.once.data = secrets.token_urlsafe(16)


class CommentForm(ActForm):
    """Says something to everybody."""

    button = _l("Publish the comment")
    text_field = "comment"
    comment = TextAreaField(
        _l("Add a comment"),
        [Required(_l("Write a comment")), AtMost(COMMENT_LIMIT)],
        description=_l("Everybody can read it, with your name."),
        render_kw=_LONG,
    )
    photo = FileField(
        _l("Photo"),
        description=_l("Everybody can see it. We take camera data and location out of it."),
        render_kw={"accept": "image/*"},
    )

    @property
    def upload(self) -> FileStorage | None:
        """The photo that was sent, None for none."""
        sent: FileStorage | None = self.photo.data
        return sent


class CloseForm(ActForm):
    """Closes an issue."""

    button = _l("Close the issue")
    text_field = "close_comment"
    close_comment = TextAreaField(
        _l("What has changed?"),
        [Required(_l("Write what has changed")), AtMost(COMMENT_LIMIT)],
        description=_l(
            "The city needs it, and everybody can read it. For example “Repaired, the crossing is smooth again”."
        ),
        render_kw=_LONG,
    )


class ReopenForm(ActForm):
    """Opens a closed issue again."""

    button = _l("Open the issue again")
    text_field = "open_comment"
    open_comment = TextAreaField(
        _l("What is still wrong?"),
        [Required(_l("Write what is still wrong")), AtMost(COMMENT_LIMIT)],
        description=_l("The city needs it, and everybody can read it."),
        render_kw=_LONG,
    )


class AcknowledgeForm(ActForm):
    """Says for the organization that an issue was seen."""

    button = _l("Acknowledge the issue")
    text_field = "acknowledge_comment"
    acknowledge_comment = TextAreaField(
        _l("What happens next?"),
        [Required(_l("Write what happens next")), AtMost(COMMENT_LIMIT)],
        description=_l("Everybody can read it."),
        render_kw=_LONG,
    )


class FlagForm(ActForm):
    """Tells the organization that something should not be public."""

    button = _l("Tell the city")
    text_field = "message"
    message = TextAreaField(
        _l("What is wrong with this page?"),
        [AtMost(COMMENT_LIMIT)],
        description=_l("Only the city reads it. You cannot take it back."),
        render_kw=_LONG,
    )


class VoteForm(ActForm):
    """Says "I see this, too", or takes it back."""

    button = _l("I see this too")


class FollowForm(ActForm):
    """Follows an issue, or stops following it."""

    button = _l("Follow this issue")
