"""What a demo organization offers: request types and their questions, in Open311's words."""

from collections.abc import Mapping
from dataclasses import dataclass

from scf_report.sandbox.geometry import LatLong, contains


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question of a service (GeoReport v2 ``attribute``)."""

    datatype: str
    description: str
    """The question; for a note, the note."""
    required: bool = False
    datatype_description: str | None = None
    variable: bool = True
    """False: only shown, never answered (SeeClickFix's ``note``)."""
    private: bool = False
    """The answer is not shown in public (SeeClickFix's ``answer_kept_private``)."""
    values: Mapping[str, str] | None = None
    """Key to name, for the two list datatypes."""
    boolean: bool = False
    """APIv2 asks it as yes or no; Open311, which has no such datatype, as a list of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One request type. Its attributes are numbered: service code, then two digits from 01."""

    code: int
    name: str
    organization: str | None
    """The department, as SeeClickFix names it beside the service."""
    description: str | None = None
    keywords: str | None = None
    type: str = "realtime"
    private: bool = False
    """Reports are read by staff only."""
    moderated: bool = False
    """Reports are public after somebody released them."""
    guests: bool = True
    """People without an account may report it (``permit_guest_reporting``)."""
    nameless: bool = True
    """The public need not be told who reported (``permit_anonymous_reporting``)."""
    blocked: bool = False
    """It only informs; nothing can be sent (``block_submission``)."""
    placed: bool = True
    """A report must say where (``location_required``)."""
    is_other: bool = False
    """What fits nowhere else."""
    notice: str | None = None
    """What the city answers to a new report (``service_notice``)."""
    attributes: tuple[Attribute, ...] = ()

    @property
    def for_guests(self) -> bool:
        """Tell whether somebody without an account can report it."""
        return self.guests and not self.blocked

    def numbered(self) -> dict[str, Attribute]:
        """Return the attributes by their code, in order."""
        return {str(self.code * 100 + n): each for n, each in enumerate(self.attributes, 1)}


@dataclass(frozen=True, slots=True)
class City:
    """A demo organization: its number, where it works, and what it takes reports about."""

    id: int
    name: str
    folder: str
    """Folder of its places, below the folder given to the sandbox."""
    boundary: tuple[LatLong, ...]
    services: tuple[Service, ...]
    neighbor: str
    """What a guest is called in public."""

    def covers(self, lat: float, long: float) -> bool:
        """Tell whether the point lies within the organization's boundary."""
        return contains(self.boundary, lat, long)

    def middle(self) -> LatLong:
        """Return a point well inside, for what has no place of its own."""
        lats, longs = zip(*self.boundary, strict=True)
        return (min(lats) + max(lats)) / 2, (min(longs) + max(longs)) / 2


def note(description: str) -> Attribute:
    """Make a text that is only shown."""
    return Attribute("text", description, variable=False)


def string(
    description: str, hint: str | None = None, *, required: bool = False, private: bool = False
) -> Attribute:
    """Make a question answered by one line."""
    return Attribute("string", description, required, hint, private=private)


def text(description: str, hint: str | None = None, *, private: bool = False) -> Attribute:
    """Make an optional question answered by several lines."""
    return Attribute("text", description, datatype_description=hint, private=private)


def number(description: str, hint: str, *, required: bool = False) -> Attribute:
    """Make a question answered by a number; the hint names the unit."""
    return Attribute("number", description, required, hint)


def moment(description: str, hint: str | None = None, *, required: bool = False) -> Attribute:
    """Make a question answered by a date and time."""
    return Attribute("datetime", description, required, hint)


def single(
    description: str, values: Mapping[str, str], *, required: bool = True, private: bool = False
) -> Attribute:
    """Make a question answered by one of the keys."""
    return Attribute("singlevaluelist", description, required, private=private, values=values)


def yes_or_no(description: str, *, required: bool = False) -> Attribute:
    """Make a question answered by yes or no."""
    return Attribute(
        "singlevaluelist",
        description,
        required,
        values={"true": "Yes", "false": "No"},
        boolean=True,
    )


def several(
    description: str, values: Mapping[str, str], *, required: bool = False
) -> Attribute:
    """Make a question answered by any of the keys."""
    return Attribute(
        "multivaluelist", description, required, "Choose all that apply.", values=values
    )
