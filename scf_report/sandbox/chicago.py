"""Demo organization 101: a Chicago that exists on this machine only."""

from scf_report.sandbox.services import (
    City,
    Service,
    moment,
    note,
    number,
    several,
    single,
    string,
    text,
)
from scf_report.sandbox.shared_questions import (
    BLOCKED_DRAIN,
    GRAFFITI,
    NEEDS_HELP,
    POTHOLE,
    STREET_LIGHT,
    YES_NO,
)
from scf_report.sandbox.shared_services import for_accounts

# Land and shore between 66th Street's south and Howard Street, drawn by hand, generous on the west.
BOUNDARY = (
    (42.024, -87.835),
    (42.024, -87.655),
    (41.970, -87.626),
    (41.920, -87.612),
    (41.895, -87.590),
    (41.860, -87.592),
    (41.800, -87.565),
    (41.775, -87.540),
    (41.760, -87.520),
    (41.760, -87.810),
    (41.940, -87.815),
    (41.950, -87.835),
)

_STREETS = "Chicago Streets and Sanitation"
_TRANSPORT = "Chicago Transportation"
_FORESTRY = "Chicago Forestry"
_WATER = "Chicago Water"
_WELFARE = "Chicago Housing and Welfare"

_STREETS_SERVICES = (
    Service(
        code=10101,
        name="Pothole in street",
        organization=_STREETS,
        description="Holes and broken surface in a road or alley. Usually closed in 5 days.",
        keywords="hole, asphalt, road, pavement",
        notice="A crew looks at potholes within 5 days.",
        attributes=POTHOLE,
    ),
    Service(
        code=10102,
        name="Street light out",
        organization=_STREETS,
        description="One light, or a whole row. Usually closed in 4 days.",
        keywords="lamp, dark, pole",
        attributes=STREET_LIGHT,
    ),
    Service(
        code=10103,
        name="Dumped waste",
        organization=_STREETS,
        description="Furniture, rubble or bags left on public land.",
        keywords="fly tipping, trash, furniture",
        attributes=(
            several(
                "What was dumped?",
                {
                    "WASTE_FURNITURE": "Furniture or mattress",
                    "WASTE_BAGS": "Bags of garbage",
                    "WASTE_RUBBLE": "Building rubble",
                    "WASTE_TIRES": "Tires",
                    "WASTE_CHEMICALS": "Paint, oil or chemicals",
                },
                required=True,
            ),
            moment("When was it dumped?", "If you saw it."),
            text(
                "What do you know about who did it?", "Only the city reads this.", private=True
            ),
        ),
    ),
    Service(
        code=10104,
        name="Graffiti",
        organization=_STREETS,
        description="On public property, or on private property with the owner’s agreement.",
        keywords="tag, paint, vandalism",
        moderated=True,
        attributes=GRAFFITI,
    ),
    Service(
        code=10105,
        name="Missed garbage or recycling pickup",
        organization=_STREETS,
        attributes=(
            single(
                "Which cart was missed?",
                {
                    "CART_BLACK": "Garbage (black)",
                    "CART_BLUE": "Recycling (blue)",
                    "CART_BOTH": "Both",
                },
            ),
            moment("When should it have been emptied?", required=True),
        ),
    ),
    Service(
        code=10106, name="Dead animal", organization=_STREETS, keywords="carcass, roadkill"
    ),
    Service(
        code=10107,
        name="Abandoned vehicle",
        organization=_STREETS,
        description="A vehicle that has not moved for 7 days or cannot be driven.",
        keywords="car, truck, wreck",
        attributes=(
            string("License plate and state", "For example IL AB 12 345.", private=True),
            string("Make and color", required=True),
            number("For how many days has it been there?", "Days.", required=True),
        ),
    ),
    Service(
        code=10108,
        name="Rats",
        organization=_STREETS,
        description="Burrows or rats seen in an alley, yard or park.",
        keywords="rodent, burrow, vermin",
        attributes=(
            number("How many burrows do you see?", "A number; 0 if none."),
            single("Is there open garbage nearby?", YES_NO, required=False),
        ),
    ),
    Service(
        code=10109,
        name="Other street problem",
        organization=_STREETS,
        description="A person will pass it to the right place. This can take two days longer.",
        is_other=True,
    ),
)

_TRANSPORT_SERVICES = (
    Service(
        code=10111,
        name="Traffic signal out or stuck",
        organization=_TRANSPORT,
        description="Dark, flashing or turned signals for cars or for people on foot.",
        keywords="traffic light, walk signal",
        attributes=(
            note("If the crossing is dangerous right now, call 911."),
            single(
                "What does it do?",
                {
                    "SIGNAL_DARK": "All dark",
                    "SIGNAL_FLASH": "Flashing red",
                    "SIGNAL_STUCK": "Stuck on one color",
                    "SIGNAL_TURNED": "Turned or hanging",
                    "SIGNAL_WALK": "The walk signal is broken",
                },
            ),
        ),
    ),
    Service(
        code=10112,
        name="Sign missing or damaged",
        organization=_TRANSPORT,
        description="Stop, one way, street name and other signs.",
        attributes=(
            single(
                "Which sign is it?",
                {
                    "SIGN_STOP": "Stop sign",
                    "SIGN_NAME": "Street name",
                    "SIGN_PARKING": "Parking",
                    "SIGN_OTHER": "Another sign",
                },
            ),
            string("What does it say?"),
        ),
    ),
    Service(
        code=10113,
        name="Sidewalk or curb ramp damaged",
        organization=_TRANSPORT,
        description="Cracked, lifted or sunken sidewalk, or a ramp that wheels cannot use.",
        keywords="wheelchair, stroller, trip, ADA",
        attributes=(
            number("How high is the step?", "Inches. A guess is fine."),
            single("Can a wheelchair get past?", {**YES_NO, "ANSWER_UNSURE": "I am not sure"}),
        ),
    ),
    Service(
        code=10114,
        name="Bike lane blocked or worn",
        organization=_TRANSPORT,
        attributes=(
            note("For a car parked in the lane at this moment, call 311."),
            several(
                "What is wrong?",
                {
                    "BIKE_DEBRIS": "Glass or debris",
                    "BIKE_PAINT": "Markings are gone",
                    "BIKE_POSTS": "Posts are missing",
                    "BIKE_SNOW": "Snow or ice",
                },
                required=True,
            ),
        ),
    ),
)

_OTHER_SERVICES = (
    Service(
        code=10121,
        name="Damaged or fallen tree",
        organization=_FORESTRY,
        description="Broken limbs, leaning trees, roots lifting the sidewalk.",
        keywords="branch, limb, storm",
        attributes=(
            single(
                "What is in danger?",
                {
                    "TREE_NOTHING": "Nothing",
                    "TREE_WALK": "The sidewalk",
                    "TREE_ROAD": "The road",
                    "TREE_WIRES": "Wires",
                    "TREE_HOUSE": "A building",
                },
            ),
            number("About how thick is the trunk or limb?", "Inches."),
        ),
    ),
    Service(
        code=10122,
        name="Tree needs pruning",
        organization=_FORESTRY,
        description="Branches hide a sign, a light or a crossing.",
        attributes=(text("What do the branches hide or touch?"),),
    ),
    Service(
        code=10131,
        name="Flooded street or burst water main",
        organization=_WATER,
        description="This can be dangerous. Please call 311 first.",
        keywords="flood, leak, water main",
        attributes=(
            note("Do not walk or drive through the water. Call 311 now, day or night."),
            number("About how deep is the water?", "Inches.", required=True),
            moment("When did it begin?"),
        ),
    ),
    Service(
        code=10132,
        name="Sewer or drain blocked",
        organization=_WATER,
        description="Reports of this kind get their number later.",
        keywords="catch basin, gutter, sewer",
        type="batch",
        attributes=BLOCKED_DRAIN,
    ),
    Service(
        code=10141,
        name="Person who may need help",
        organization=_WELFARE,
        description="Not shown in public. Only the organization’s staff can read this report.",
        private=True,
        attributes=NEEDS_HELP,
    ),
    Service(
        code=10142,
        name="No heating in a rented home",
        organization=_WELFARE,
        description="Not shown in public. The heating season is September 15 to June 1.",
        private=True,
        attributes=(
            number("What is the temperature inside?", "Degrees Fahrenheit.", required=True),
            moment("Since when is there no heat?", required=True),
            string("Apartment or unit", private=True),
        ),
    ),
)

CHICAGO = City(
    101,
    "Chicago",
    "chicago",
    BOUNDARY,
    _STREETS_SERVICES + _TRANSPORT_SERVICES + _OTHER_SERVICES + for_accounts(10151, _WELFARE),
    "Chicago, IL Neighbor",
)
