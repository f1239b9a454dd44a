"""Lists of choices as HTML, kept: most visitors are shown the same few, and to render one takes long."""

from collections.abc import Callable, Hashable
from typing import Any, Protocol

from flask import request
from flask_babel import get_locale
from markupsafe import Markup

LISTS = 500
"""Of some kilobytes each. When there are more, all are forgotten."""


class Shown(Protocol):
    """A field that can tell all that its macro shows of it."""

    @property
    def shown(self) -> Hashable:
        """Tells two fields apart that look different."""
        ...


Remembered = Callable[..., Markup]


def remembering() -> Remembered:
    """Make what templates call in place of a macro: ``remembered(macro, field, …)``.

    The macro may use nothing but its arguments, the language and the static files.
    """
    lists: dict[Hashable, Markup] = {}

    def remembered(macro: Any, field: Shown, *more: Hashable) -> Markup:  # noqa: ANN401  # Jinja's own
        key = (macro.name, field.shown, more, str(get_locale()), request.script_root)
        html = lists.get(key)
        if html is None:
            html = macro(field, *more)
            if len(lists) >= LISTS:
                lists.clear()
            lists[key] = html
        return html

    return remembered
