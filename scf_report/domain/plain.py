"""Domain values as plain JSON and back, for the read cache and for stored drafts."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from scf_report.domain.report_form import (
    Choice,
    Question,
    QuestionKind,
    ReportForm,
    RequestType,
)

Plain = dict[str, Any]


def request_type_to_plain(request_type: RequestType) -> Plain:
    """Write a request type as JSON values."""
    return dataclasses.asdict(request_type)


def request_type_from_plain(plain: Mapping[str, Any]) -> RequestType:
    """Read what :func:`request_type_to_plain` wrote."""
    return RequestType(**{**plain, "keywords": tuple(plain["keywords"])})


def form_to_plain(form: ReportForm) -> Plain:
    """Write a report form as JSON values."""
    questions = [
        {**dataclasses.asdict(question), "kind": question.kind.value}
        for question in form.questions
    ]
    return {"request_type": request_type_to_plain(form.request_type), "questions": questions}


def form_from_plain(plain: Mapping[str, Any]) -> ReportForm:
    """Read what :func:`form_to_plain` wrote."""
    return ReportForm(
        request_type_from_plain(plain["request_type"]),
        tuple(_question(question) for question in plain["questions"]),
    )


def _question(plain: Mapping[str, Any]) -> Question:
    choices = tuple(Choice(**choice) for choice in plain["choices"])
    return Question(**{**plain, "kind": QuestionKind(plain["kind"]), "choices": choices})
