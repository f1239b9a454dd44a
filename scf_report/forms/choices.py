"""Fields for choosing among offers. A posted key that was not offered is refused."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

import wtforms
from flask_babel import lazy_gettext as _l
from typing_extensions import override
from wtforms.fields import choices as wtf
from wtforms.form import BaseForm
from wtforms.widgets import ListWidget, Select

from scf_report.forms.fields import shown_around
from scf_report.forms.messages import Required, choose_one, choose_some, refuse


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to choose: ``key`` is posted, ``name`` and ``hint`` are read, ``group`` heads it."""

    key: str
    name: str
    hint: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """One radio button or checkbox: ``data`` is the key, ``name`` its label.

    WTForms makes a whole field of each, which for a long list takes longer than all else.
    """

    id: str
    data: str
    name: str
    checked: bool


class _Offers(wtforms.SelectField):
    """Offers are given by :meth:`offer` after binding; binding and filling need none."""

    offers: tuple[Offer, ...] = ()

    def offer(self, offers: Iterable[Offer]) -> None:
        """Set what can be chosen; of several offers with one key the first counts."""
        by_key: dict[str, Offer] = {}
        for offer in offers:
            by_key.setdefault(offer.key, offer)
        self.offers = tuple(by_key.values())

    @property
    def hints(self) -> dict[str, str]:
        """The hints by key, without empty ones."""
        return {offer.key: offer.hint for offer in self.offers if offer.hint}

    @property
    def focus_id(self) -> str:
        """The first input, or the field's own id when nothing is offered."""
        return f"{self.id}-0" if self.offers else self.id

    def groups(self) -> list[tuple[str, list[Input]]]:
        """Return the headings with their inputs, in the order of the offers; "" heads none."""
        groups: dict[str, list[Input]] = {}
        for offer, button in zip(self.offers, self, strict=True):
            groups.setdefault(offer.group, []).append(button)
        return list(groups.items())

    @override
    def __iter__(self) -> Iterator[Input]:  # type: ignore[override]  # no fields of their own
        chosen = self.data if isinstance(self.data, list) else [self.data]
        for number, offer in enumerate(self.offers):
            key = offer.key
            yield Input(f"{self.id}-{number}", key, offer.name, checked=key in chosen)

    @property
    def shown(self) -> Hashable:
        """All that a page shows of the field while it has no problem."""
        chosen = tuple(self.data) if isinstance(self.data, list) else self.data
        return (shown_around(self), self.offers, chosen)

    def offered(self, key: str) -> bool:
        """Tell whether the key is one of the offers."""
        return any(offer.key == key for offer in self.offers)


class _OneOf(_Offers):
    """``data`` is the chosen key, "" for none."""

    data: str

    @override
    def process_data(self, value: object) -> None:
        self.data = value if isinstance(value, str) else ""

    @override
    def process_formdata(self, valuelist: list[object]) -> None:
        self.process_data(valuelist[0] if valuelist else "")

    @override
    def pre_validate(self, form: BaseForm) -> None:
        if self.data and not self.offered(self.data):
            asked = (one.message for one in self.validators if isinstance(one, Required))
            refuse(next(asked, choose_one(self.label.text)))


class RadioField(_OneOf):
    """One of a few."""

    widget = ListWidget(prefix_label=False)


class SelectField(_OneOf):
    """One of many. It begins with an empty offer, so that nothing is chosen unseen."""

    widget = Select()

    @override
    def offer(self, offers: Iterable[Offer]) -> None:
        super().offer((Offer("", _l("Choose one")), *offers))
        self.choices = [
            wtf.SelectChoice(offer.key, offer.name)  # type: ignore[attr-defined]  # not in the stubs
            for offer in self.offers
        ]

    @property
    @override
    def focus_id(self) -> str:
        return self.id


class CheckboxesField(_Offers, wtforms.SelectMultipleField):
    """Any of the offers. ``data`` lists the chosen keys as they came, each once."""

    data: list[str]
    widget = ListWidget(prefix_label=False)

    @override
    def process_data(self, value: object) -> None:
        keys = value if isinstance(value, (list, tuple)) else ()
        self.data = list(dict.fromkeys(key for key in keys if isinstance(key, str) and key))

    @override
    def process_formdata(self, valuelist: list[object]) -> None:
        self.process_data(valuelist)

    @override
    def pre_validate(self, form: BaseForm) -> None:
        if not all(self.offered(key) for key in self.data):
            refuse(choose_some(self.label.text))
