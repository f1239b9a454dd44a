"""Demo organization 102: a San Francisco that exists on this machine only."""

from scf_report.sandbox.services import City, Service, note, several, single, string
from scf_report.sandbox.shared_questions import (
    BLOCKED_DRAIN,
    GRAFFITI,
    NEEDS_HELP,
    POTHOLE,
    STREET_LIGHT,
)
from scf_report.sandbox.shared_services import for_accounts

# The city's land and its bay shore with Treasure Island, drawn by hand.
BOUNDARY = (
    (37.708, -122.506),
    (37.779, -122.517),
    (37.791, -122.508),
    (37.812, -122.479),
    (37.812, -122.420),
    (37.812, -122.400),
    (37.834, -122.378),
    (37.828, -122.360),
    (37.800, -122.362),
    (37.760, -122.372),
    (37.728, -122.354),
    (37.708, -122.375),
)

_WORKS = "San Francisco Public Works"
_TRANSIT = "San Francisco Transportation"
_UTILITIES = "San Francisco Water and Power"
_HOMELESSNESS = "San Francisco Supportive Housing"

SERVICES = (
    Service(
        code=10201,
        name="Pothole in street",
        organization=_WORKS,
        description="Holes and broken surface in a road.",
        keywords="hole, asphalt, road, pavement",
        attributes=POTHOLE,
    ),
    Service(
        code=10202,
        name="Street or sidewalk cleaning",
        organization=_WORKS,
        description="Litter, glass, needles or dumped items.",
        attributes=(
            several(
                "What has to be cleaned up?",
                {
                    "CLEAN_LITTER": "Litter",
                    "CLEAN_GLASS": "Broken glass",
                    "CLEAN_NEEDLES": "Needles",
                    "CLEAN_BULKY": "Furniture or other bulky items",
                    "CLEAN_WASTE": "Human or animal waste",
                },
                required=True,
            ),
        ),
    ),
    Service(
        code=10203,
        name="Graffiti",
        organization=_WORKS,
        description="On public property, or on private property with the owner’s agreement.",
        moderated=True,
        attributes=GRAFFITI,
    ),
    Service(
        code=10204,
        name="Street light out",
        organization=_UTILITIES,
        description="One light, or a whole row.",
        attributes=STREET_LIGHT,
    ),
    Service(
        code=10205,
        name="Blocked driveway or sidewalk",
        organization=_TRANSIT,
        attributes=(
            note("For a car that blocks you right now, call 311."),
            single(
                "What is blocked?",
                {
                    "PARK_DRIVEWAY": "A driveway",
                    "PARK_WALK": "A sidewalk",
                    "PARK_RAMP": "A curb ramp",
                },
            ),
            string("License plate", private=True),
        ),
    ),
    Service(
        code=10206,
        name="Sewer or drain blocked",
        organization=_UTILITIES,
        description="Water does not run off.",
        attributes=BLOCKED_DRAIN,
    ),
    Service(
        code=10207,
        name="Person who may need help",
        organization=_HOMELESSNESS,
        description="Not shown in public. Only the organization’s staff can read this report.",
        private=True,
        attributes=NEEDS_HELP,
    ),
    Service(code=10209, name="Other street problem", organization=_WORKS, is_other=True),
    *for_accounts(10211, _WORKS),
)

SAN_FRANCISCO = City(
    102, "San Francisco", "sanfrancisco", BOUNDARY, SERVICES, "San Francisco, CA Neighbor"
)
