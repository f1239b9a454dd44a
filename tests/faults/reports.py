"""Reports of every kind that a city treats differently, filled in and ready to be sent."""

import dataclasses
from datetime import timedelta

from scf_report.domain.delivery import Numbering
from scf_report.domain.draft import Draft
from scf_report.domain.geography import Point
from scf_report.domain.report import Anonymous, SignedIn
from scf_report.domain.report_form import (
    Answer,
    Question,
    QuestionKind,
    ReportForm,
    RequestType,
)
from scf_report.factory import Core
from scf_report.storage.outbox import NewDelivery
from scf_report.usecases.check_report import CheckReport

PUBLIC, BATCH, PRIVATE, MODERATED = "10106", "10132", "10141", "10104"
"""Services of the sandbox city; the last two never show in its list at once."""
HIDDEN = {PRIVATE, MODERATED}
MADISON = Point(41.8814, -87.6568)


def read_form(core: Core, service: str) -> ReportForm:
    """Ask the city what it wants to know about a service."""
    kind = RequestType(service, f"Service {service}", has_questions=service != PUBLIC)
    return core.gateway.report_form(kind, MADISON)


def read_form_for_account(core: Core, service: str) -> ReportForm:
    """Ask the city the same about what somebody reports with an account."""
    types = {each.code: each for each in core.apiv2.request_types(MADISON, None)}
    return core.apiv2.report_form(types[service], None)


def fill(core: Core, form: ReportForm, words: str, person: SignedIn | None = None) -> Draft:
    """Fill a draft to its end, begun long enough ago; nobody but the person sees theirs."""
    new = core.drafts.create()
    draft = dataclasses.replace(
        new,
        created_at=new.created_at - timedelta(minutes=1),
        point=MADISON,
        address="1200 W Madison St",
        form=form,
        description=words,
        answers={q.code: _answer(q) for q in form.questions if q.required},
        photos_seen=True,
        reporter=person or Anonymous(),
        person=person,
    )
    return core.drafts.save(draft)


def enqueue(core: Core, draft: Draft) -> str:
    """Put a filled draft into the outbox; returns its text as the city is to get it."""
    checked = CheckReport(core.gateway, core.apiv2).check(draft)
    point, kind = checked.report.point, checked.report.form.request_type
    new = NewDelivery(
        draft_id=draft.id,
        reference=draft.reference,
        service_code=kind.code,
        fields=checked.fields,
        public=checked.public,
        latitude=point.latitude,
        longitude=point.longitude,
        numbering=Numbering.of(kind),
        person_id=checked.person_id,
    )
    core.outbox.enqueue(new, draft.id)
    return checked.public.text


def _answer(question: Question) -> Answer:
    """Answer anything."""
    match question.kind:
        case QuestionKind.SINGLE:
            return question.choices[0].key
        case QuestionKind.MULTI:
            return (question.choices[0].key,)
        case QuestionKind.DATETIME:
            return "2026-11-20T08:00:00-06:00"
        case _:
            return "1"
