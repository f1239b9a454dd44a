"""The first step: searching a place and choosing one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from typing_extensions import override

from scf_report.domain.geography import Point
from scf_report.forms.base import FormData, StepForm
from scf_report.forms.choices import Offer, RadioField
from scf_report.forms.clean import clean_line
from scf_report.forms.csrf import BoundToken
from scf_report.forms.fields import StringField
from scf_report.forms.messages import AtMost, Required

LABEL_LIMIT = 300
SEARCH_LIMIT = 200
LANDMARK_LIMIT = 200
_DEGREES = r"-?\d{1,3}(?:\.\d{1,15})?"
_PLACE = re.compile(rf"({_DEGREES}),({_DEGREES})\|(.*)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class ChosenPlace:
    """A point and its name, written as ``41.881900,-87.627800|1200 W Madison St`` in the form.

    Six decimals are a tenth of a meter. The text is not signed: anyone may report anywhere.
    """

    point: Point
    label: str

    @override
    def __str__(self) -> str:
        return f"{self.point.latitude:.6f},{self.point.longitude:.6f}|{self.label}"

    @classmethod
    def parse(cls, text: str) -> "ChosenPlace | None":
        """Read what ``str`` wrote; None if it is anything else, a point out of range included."""
        match = _PLACE.fullmatch(text)
        if match is None:
            return None
        label = clean_line(match[3])
        if len(label) > LABEL_LIMIT:
            return None
        try:
            return cls(Point(float(match[1]), float(match[2])), label)
        except ValueError:
            return None


class PlaceForm(StepForm):
    """Chooses one of the found places, or one that was pointed at.

    ``places`` are offered, their keys made by ``str(ChosenPlace(…))``. A posted place need not be
    among them: any that can be read is taken, and offered again when the form is shown again.
    """

    place = RadioField(
        _l("Place"),
        [Required(_l("Choose a place from the list, or type it another way"))],
    )
    landmark = StringField(
        _l("Anything that helps to find it"),
        [AtMost(LANDMARK_LIMIT)],
        description=_l("For example “in front of the bus stop” or “light pole 14”."),
        render_kw={"maxlength": LANDMARK_LIMIT, "autocomplete": "off"},
    )

    def __init__(
        self,
        formdata: FormData | None = None,
        *,
        token: BoundToken,
        places: Iterable[Offer] = (),
        chosen: ChosenPlace | None = None,
        landmark: str = "",
    ) -> None:
        place = str(chosen) if chosen else ""
        super().__init__(formdata, token=token, data={"place": place, "landmark": landmark})
        offered = list(places)
        if self.chosen and all(offer.key != self.place.data for offer in offered):
            offered.insert(
                0, Offer(self.place.data, self.chosen.label or str(self.chosen.point))
            )
        self.place.offer(offered)

    @property
    def chosen(self) -> ChosenPlace | None:
        """The place that is chosen, None while there is none."""
        return ChosenPlace.parse(self.place.data)
