"""What residents of the demo cities are made to say in seeded issues, by service code."""

_POTHOLE = (
    "Pothole in the right lane, about two feet wide.",
    "Road surface broken at the crossing. Cyclists swerve into the traffic.",
    "Sunken patch by the bike lane, it gets deeper with every rain.",
    "Row of holes in front of the bus stop.",
    "Metal cover sits lower than the road, cars hit it hard.",
    "Old repair has come loose and stones fly around.",
)
_LIGHT = (
    "Street light out for a week.",
    "The whole row is dark on the north side.",
    "Light flickers all night.",
    "Lamp burns all day.",
    "Dark corner by the school, light has been out since Monday.",
)
_GRAFFITI = (
    "Tags along the underpass.",
    "Paint on the back of the stop sign.",
    "Large writing on the utility box.",
)
_DRAIN = (
    "Drain is full of leaves, water stands at the curb.",
    "Catch basin does not take any water.",
    "Water runs over the sidewalk when it rains.",
)
_HELP = (
    "A man has been sleeping in the doorway for three nights.",
    "Older woman without a coat at the bus shelter.",
)
_OTHER = (
    "Loose cable hangs over the sidewalk.",
    "A shopping cart has stood here for weeks.",
    "Fence of the vacant lot has fallen over.",
)

SAMPLES: dict[int, tuple[str, ...]] = {
    10101: _POTHOLE,
    10102: _LIGHT,
    10103: (
        "Dumped furniture beside the bin.",
        "Ten bags of rubble in the alley.",
        "Mattress and tires left at the viaduct.",
    ),
    10104: _GRAFFITI,
    10105: (
        "Blue carts were not emptied this week.",
        "The whole block was skipped on Tuesday.",
    ),
    10106: ("Dead squirrel on the sidewalk.", "Dead raccoon by the curb."),
    10107: (
        "Gray van with flat tires has not moved for a month.",
        "Burnt out car in the alley.",
    ),
    10108: ("Rats every evening by the open bins.", "Three burrows along the garage."),
    10109: _OTHER,
    10111: ("Walk signal never comes.", "Signal is stuck on red.", "Signal head hangs loose."),
    10112: ("Stop sign is bent to the ground.", "Street name sign is missing."),
    10113: ("Sidewalk slab lifted by a root, people trip.", "Curb ramp has crumbled."),
    10114: ("Broken glass across the whole bike lane.", "Posts of the bike lane are gone."),
    10121: ("Large limb hangs over the sidewalk.", "Tree leans on the wires after the storm."),
    10122: ("Branches hide the stop sign.", "Branches scrape along the bus."),
    10131: ("Water bubbles up through the road.", "Viaduct is under water."),
    10132: _DRAIN,
    10141: _HELP,
    10142: ("No heat since Friday, it is 52 degrees inside.",),
    10201: _POTHOLE,
    10202: ("Glass all over the sidewalk.", "Sofa and boxes left at the corner."),
    10203: _GRAFFITI,
    10204: _LIGHT,
    10205: ("Car across the curb ramp every evening.", "Scooters block the whole sidewalk."),
    10206: _DRAIN,
    10207: _HELP,
    10209: _OTHER,
}
