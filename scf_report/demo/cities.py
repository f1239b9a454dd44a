"""The two demo cities: where their tiles are, where their middle is, and how far they reach."""

from dataclasses import dataclass

Corner = tuple[int, int]


@dataclass(frozen=True, slots=True)
class City:
    """One demo city. ``key`` is its folder among the fixtures and in the result."""

    key: str
    name: str
    also_written: tuple[str, ...]
    """What follows the city's name in an address."""
    center: tuple[float, float]
    """Longitude and latitude from which "nearer to the center" is measured."""
    seeds: int
    """How many places are drawn for the sandbox's issues."""
    limits: tuple[Corner, ...] = ()
    """City limits as corners in house numbers (west of State, south of Madison), for a city that
    numbers its houses by a grid; () where everything that is covered lies in the city."""


CHICAGO = City(
    key="chicago",
    name="Chicago",
    also_written=("il", "illinois"),
    center=(-87.6278, 41.8819),
    seeds=700,
    # To within about a block, along streets: the suburbs left out are, from north to south,
    # Harwood Heights and Norridge, Oak Park, Cicero and Berwyn, Stickney and Forest View,
    # and Bedford Park. The corners to the east lie in the lake.
    limits=(
        (-4000, -5200),
        (6400, -5200),
        (6400, -4400),
        (6800, -4400),
        (6800, -4000),
        (7200, -4000),
        (7200, -1600),
        (6000, -1600),
        (6000, 1200),
        (4600, 1200),
        (4600, 3900),
        (4800, 3900),
        (4800, 4300),
        (5200, 4300),
        (5200, 4700),
        (5600, 4700),
        (5600, 5100),
        (7200, 5100),
        (7200, 6500),
        (4800, 6500),
        (4800, 7000),
        (-4000, 7000),
    ),
)
SAN_FRANCISCO = City(
    key="sanfrancisco",
    name="San Francisco",
    also_written=("ca", "california"),
    center=(-122.4481, 37.7664),
    seeds=600,
)
CITIES = (CHICAGO, SAN_FRANCISCO)
