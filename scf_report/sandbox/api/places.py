"""Places, which name an area for lists (upstream.md 2.1); the demo cities are all there are."""

from typing import Any

from scf_report.sandbox.api.answers import Answer, refusal
from scf_report.sandbox.api.calls import NOT_FOUND, Call
from scf_report.sandbox.api.issues import pagination
from scf_report.sandbox.api.listing import USUAL
from scf_report.sandbox.api.request_types import point
from scf_report.sandbox.cities import CITIES
from scf_report.sandbox.geometry import distance_m
from scf_report.sandbox.services import City

_COUNTY_AND_STATE = {101: ("Cook", "IL"), 102: ("San Francisco", "CA")}


def places(call: Call) -> Answer:
    """Answer ``GET places``: nearest first."""
    here = point(call.args)
    if here is None:
        raise refusal(400, "Point missing from request.")
    near = sorted(CITIES.values(), key=lambda city: distance_m(here, city.middle()))
    pages = pagination(call, "places", len(near), 1, USUAL)
    found = [_place(city, call.root) for city in near]
    return Answer({"places": found, "metadata": {"pagination": pages}, "errors": {}})


def place(call: Call, number: int) -> Answer:
    """Answer ``GET places/:id``."""
    if number not in CITIES:
        raise refusal(404, NOT_FOUND)
    return Answer(_place(CITIES[number], call.root))


def _place(city: City, root: str) -> dict[str, Any]:
    county, state = _COUNTY_AND_STATE[city.id]
    lat, lng = city.middle()
    picture = f"{root}/static/no-image.svg"
    return {
        "id": city.id,
        "name": city.name,
        "url_name": city.folder,
        "county": county,
        "state": state,
        "center": {"type": "Point", "coordinates": [lng, lat]},
        "place_type": "City",
        "avatar": {"full": picture, "square": picture},
        "url": f"{root}/api/v2/places/{city.id}",
        "html_url": f"{root}/",
        "html_report_url": f"{root}/",
    }
