"""Pieces of pages as HTML, kept: most visitors are shown the same few, and to render one takes long."""

from collections.abc import Callable, Hashable
from typing import Any

from flask import request
from markupsafe import Markup

from scf_report.web.language import page_language

PIECES = 1000
"""Of a few hundred bytes to some kilobytes each. When there are more, all are forgotten."""

Remembered = Callable[..., Markup]


def remembering() -> Remembered:
    """Make what templates call in place of a macro: ``remembered(macro, …)``.

    An argument is a value or a field, which tells by ``shown`` all that the macro shows of it.
    The macro, whose name no other such has, may use nothing but its arguments, the language and
    the static files. A field with a problem is not kept: its message may quote what was typed.
    """
    pieces: dict[Hashable, Markup] = {}

    def remembered(macro: Any, *arguments: Any) -> Markup:  # noqa: ANN401  # Jinja's own
        about = []
        for each in arguments:
            if getattr(each, "errors", None):
                return _render(macro, arguments)
            about.append(getattr(each, "shown", each))
        key = (macro.name, page_language(), request.script_root, *about)
        html = pieces.get(key)
        if html is None:
            html = _render(macro, arguments)
            if len(pieces) >= PIECES:
                pieces.clear()
            pieces[key] = html
        return html

    return remembered


def _render(macro: Any, arguments: tuple[Any, ...]) -> Markup:  # noqa: ANN401  # Jinja's own
    html: Markup = macro(*arguments)
    return html
