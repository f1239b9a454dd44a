"""Reading service lists and service definitions: what can be reported, and what is asked."""

import math
from collections.abc import Mapping

from scf_report.clients.open311.document import Node, parse
from scf_report.clients.open311.values import flag, prose, records, text, texts, unwrapped
from scf_report.domain.report_form import Choice, Question, QuestionKind, RequestType

_KINDS = {
    "string": QuestionKind.STRING,
    "text": QuestionKind.TEXT,
    "number": QuestionKind.NUMBER,
    "datetime": QuestionKind.DATETIME,
    "singlevaluelist": QuestionKind.SINGLE,
    "multivaluelist": QuestionKind.MULTI,
    # Boston's own words
    "picklist": QuestionKind.SINGLE,
    "boolean (checkbox)": QuestionKind.BOOLEAN,
    "boolean": QuestionKind.BOOLEAN,
    "informational": QuestionKind.NOTE,
}
_LISTS = (QuestionKind.SINGLE, QuestionKind.MULTI)
_NOT_ASKED = {"server_set", "hidden_field"}
"""FixMyStreet's ``automated``: the server fills these in itself."""


def read_services(body: bytes) -> tuple[RequestType, ...]:
    """Read GET services (GeoReport v2, GET Service List; SeeClickFix adds ``organization``).

    A service without a code cannot be reported and is left out; of two with one code the first
    stays. Raises UnreadableError.
    """
    found: dict[str, RequestType] = {}
    for service in records(parse(body), ("services", "service"), ("service_code",)):
        if code := text(service["service_code"]):
            found.setdefault(code, _request_type(code, service))
    return tuple(found.values())


def _request_type(code: str, service: Mapping[str, Node]) -> RequestType:
    organization = text(service.get("organization"))
    groups = texts(service.get("groups")) or texts(service.get("group"))
    kind = text(service.get("type")).lower()
    return RequestType(
        code=code,
        name=text(service.get("service_name")) or code,
        description=prose(service.get("description")),
        group=groups[0] if groups else organization,
        organization=organization,
        keywords=_keywords(service.get("keywords")),
        has_questions=flag(service.get("metadata"), default=True),
        batch=kind == "batch",
        blackbox=kind == "blackbox",
    )


def _keywords(node: Node) -> tuple[str, ...]:
    words = (word.strip() for part in texts(node) for word in part.split(","))
    return tuple(filter(None, words))


def read_definition(body: bytes) -> tuple[Question, ...]:
    """Read GET services/{code} (GeoReport v2, GET Service Definition) in the order of asking.

    Klarschiff and Mark-a-Spot answer with the service alone, Bristol with nothing: no questions.
    Raises UnreadableError.
    """
    document = parse(body)
    if not document:
        return ()
    marks = ("attributes", "attribute", "service_code")
    questions = []
    for definition in records(document, ("service_definition", "service"), marks):
        # Some leave the plural out and put each attribute into the definition itself.
        listed = definition.get("attributes", definition.get("attribute"))
        attributes = unwrapped(listed, ("attribute",))
        for place, attribute in enumerate(_dicts(attributes)):
            question = _question(attribute, place)
            if question is not None:
                questions.append((_order(attribute), question))
    return tuple(question for _, question in sorted(questions, key=lambda pair: pair[0]))


def _dicts(node: Node) -> list[dict[str, Node]]:
    """One dict or several; a number or a text where a list should be (Boston) is none."""
    return [
        item for item in (node if isinstance(node, list) else [node]) if isinstance(item, dict)
    ]


def _order(attribute: Mapping[str, Node]) -> float:
    """``order`` as a number; an attribute without one comes last, in document order."""
    try:
        order = float(text(attribute.get("order")))
    except ValueError:
        return math.inf
    return order if math.isfinite(order) else math.inf


def _question(attribute: Mapping[str, Node], place: int) -> Question | None:
    """Read one attribute; None when nobody is to be asked."""
    kind = _KINDS.get(text(attribute.get("datatype")).lower(), QuestionKind.TEXT)
    if not flag(attribute.get("variable"), default=True):
        kind = QuestionKind.NOTE
    code = text(attribute.get("code"))
    choices = _choices(attribute.get("values"))
    if kind is QuestionKind.NOTE:
        code, choices = code or f"note-{place}", ()
    elif not code or text(attribute.get("automated")) in _NOT_ASKED:
        return None
    elif kind in _LISTS and not choices:
        kind = QuestionKind.STRING  # nothing to choose from, yet it may be required
    return Question(
        code=code,
        kind=kind,
        text=prose(attribute.get("description")) or code,
        help=prose(attribute.get("datatype_description")),
        required=kind is not QuestionKind.NOTE
        and flag(attribute.get("required"), default=False),
        choices=choices if kind in _LISTS else (),
        kept_private=flag(attribute.get("answer_kept_private"), default=False),
    )


def _choices(node: Node) -> tuple[Choice, ...]:
    """Read ``values``: a list, or a dict around it; the key goes upstream, never the name."""
    found: dict[str, Choice] = {}
    for value in _dicts(unwrapped(node, ("value",))):
        key = text(value.get("key")) or text(value.get("name"))
        if key:
            found.setdefault(key, Choice(key, text(value.get("name")) or key))
    return tuple(found.values())
