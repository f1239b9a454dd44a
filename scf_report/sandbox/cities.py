"""The demo organizations, and which service answers where."""

from scf_report.sandbox.chicago import CHICAGO
from scf_report.sandbox.sanfrancisco import SAN_FRANCISCO
from scf_report.sandbox.services import City, Service

CITIES = {city.id: city for city in (CHICAGO, SAN_FRANCISCO)}

GENERIC = Service(code=1, name="Other", organization=None)
"""What answers where nobody is responsible: a lone generic service (upstream.md 1.2)."""

_SERVICES = {
    str(service.code): (service, city) for city in CITIES.values() for service in city.services
}


def services_at(lat: float, long: float) -> tuple[Service, ...]:
    """Return all services of the organizations that cover the point, or the generic one alone."""
    found = [s for city in CITIES.values() if city.covers(lat, long) for s in city.services]
    return tuple(found) or (GENERIC,)


def find_service(code: str, within: City | None) -> tuple[Service, City | None] | None:
    """Return the service and its organization; None if there is none of this code.

    ``within`` is the organization whose endpoint is asked, None on the aggregate endpoint.
    """
    if code == str(GENERIC.code) and within is None:
        return GENERIC, None
    found = _SERVICES.get(code)
    return found if found and within in (None, found[1]) else None


def service_of(code: int) -> Service:
    """Return the service with this code, which a stored report carries."""
    return GENERIC if code == GENERIC.code else _SERVICES[str(code)][0]
