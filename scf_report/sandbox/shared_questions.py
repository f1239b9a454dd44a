"""Questions that both demo cities ask in the same words."""

from scf_report.sandbox.services import Attribute, moment, note, number, several, single, string

YES_NO = {"ANSWER_YES": "Yes", "ANSWER_NO": "No"}

POTHOLE: tuple[Attribute, ...] = (
    single(
        "Which lane is it in?",
        {
            "LANE_RIGHT": "Right lane",
            "LANE_LEFT": "Left lane",
            "LANE_BIKE": "Bike lane",
            "LANE_UNKNOWN": "I do not know",
        },
    ),
    several(
        "Which parts of the street are damaged?",
        {
            "PART_SURFACE": "Road surface",
            "PART_COVER": "Manhole or drain cover",
            "PART_CURB": "Curb",
            "PART_CROSSWALK": "Crosswalk",
        },
        required=True,
    ),
    number("About how deep is it?", "Inches. A guess is fine."),
    moment("When did you first see it?"),
    single(
        "How big is it?",
        {
            "SIZE_S": "Smaller than a plate",
            "SIZE_M": "Up to a car tire",
            "SIZE_L": "Bigger than a car tire",
        },
    ),
    note(
        "If your car was damaged, a report here is not a claim. Ask the City Clerk for a claim form."
    ),
    single("Has anyone been hurt?", YES_NO),
    string("How can the crew reach it?", "For example a gate code.", private=True),
)

STREET_LIGHT: tuple[Attribute, ...] = (
    single(
        "What is wrong with the light?",
        {
            "LIGHT_OUT": "It stays dark",
            "LIGHT_ROW": "A whole row is dark",
            "LIGHT_FLICKERS": "It flickers",
            "LIGHT_DAY": "It is on all day",
        },
    ),
    number("How many lights are out?", "A number, for example 3."),
    string("Number on the pole", "Often on a small metal plate at eye level."),
    note("Stay away from a leaning pole or hanging wires and call 911."),
)

GRAFFITI: tuple[Attribute, ...] = (
    single(
        "What is it on?",
        {
            "ON_WALL": "Wall or building",
            "ON_SIGN": "Street sign",
            "ON_POLE": "Pole or box",
            "ON_GROUND": "Sidewalk or road",
            "ON_OTHER": "Something else",
        },
    ),
    single(
        "Is it hateful or threatening?",
        {"HATE_YES": "Yes, please hurry", "HATE_NO": "No"},
        required=False,
    ),
    number("How high up does it reach?", "Feet. A guess is fine."),
)

NEEDS_HELP: tuple[Attribute, ...] = (
    note("If someone’s life is in danger, call 911 now."),
    single(
        "What kind of help seems to be needed?",
        {
            "HELP_SHELTER": "A warm or safe place",
            "HELP_HEALTH": "A health check",
            "HELP_FOOD": "Food or water",
            "HELP_UNSURE": "I am not sure",
        },
        private=True,
    ),
    moment("When did you last see the person?", required=True),
    string("How can a team find the person?", "Clothes, a tent, a doorway.", private=True),
)

BLOCKED_DRAIN: tuple[Attribute, ...] = (
    single(
        "Is water standing in the street?",
        {
            "WATER_NONE": "No",
            "WATER_CURB": "Up to the curb",
            "WATER_OVER": "Over the curb",
            "WATER_HOME": "It runs toward a building",
        },
    ),
    several(
        "What blocks it?",
        {
            "BLOCK_LEAVES": "Leaves",
            "BLOCK_LITTER": "Litter",
            "BLOCK_MUD": "Mud or sand",
            "BLOCK_UNKNOWN": "I cannot see it",
        },
    ),
    moment("Since when?"),
)
