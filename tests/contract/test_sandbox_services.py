"""Which services the sandbox offers where, and what they ask."""

from pathlib import Path

import pytest

from tests.contract.sandbox_city import MADISON, MARKET, NOWHERE, POTHOLE, SandboxCity

DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}


@pytest.fixture
def city(tmp_path: Path) -> SandboxCity:
    """A fresh city."""
    return SandboxCity(tmp_path)


def test_service_codes_are_integers_beside_their_department(city: SandboxCity) -> None:
    """Codes are numbers, unlike in the standard's schema, and a department is named."""
    first = city.rows("/101/services.json")[0]
    assert first["service_code"] == POTHOLE
    assert first["organization"] == "Chicago Streets and Sanitation"


def test_descriptive_keys_may_be_null(city: SandboxCity) -> None:
    """A client meets null in each of the three, and a real boolean in metadata."""
    services = city.rows("/101/services.json")
    for key in ("description", "keywords", "group"):
        assert any(service[key] is None for service in services)
    assert {service["metadata"] for service in services} == {True, False}


@pytest.mark.parametrize(
    "given", [{}, {"lat": "41.88"}, {"lat": "41.88", "long": ""}, {"lat": "x", "long": "1"}]
)
def test_aggregate_list_needs_a_point(city: SandboxCity, given: dict[str, str]) -> None:
    """Without a usable point the aggregate list is refused in the standard's shape."""
    answer = city.get("/services.json", **given)
    assert answer.status_code == 400
    assert answer.json()[0]["code"] == 400


def test_several_departments_answer_for_one_point(city: SandboxCity) -> None:
    """One point in Chicago is served by five departments, and by nobody of San Francisco."""
    services = city.rows("/services.json", **MADISON)
    departments = {service["organization"] for service in services}
    assert len(departments) == 5
    assert all(department.startswith("Chicago ") for department in departments)


def test_a_lone_generic_service_answers_elsewhere(city: SandboxCity) -> None:
    """Outside every organization the list is no error, but has one service of nobody."""
    [generic] = city.rows("/services.json", **NOWHERE)
    assert generic["organization"] is None
    assert city.report(generic["service_code"], **NOWHERE)


def test_an_organization_lists_its_own_services(city: SandboxCity) -> None:
    """The two organizations share no service, and the point decides on the aggregate endpoint."""
    chicago = city.rows("/101/services.json")
    san_francisco = city.rows("/102/services.json")
    codes = {service["service_code"] for service in chicago}
    assert not codes & {service["service_code"] for service in san_francisco}
    assert city.rows("/services.json", **MADISON) == chicago
    assert city.rows("/services.json", **MARKET) == san_francisco


@pytest.mark.parametrize(
    "path",
    [
        "/999/services.json",
        "/999/requests.xml",
        "/services/77.json",
        "/services/abc.json",
        "/102/services/10101.json",
    ],
)
def test_unknown_organizations_and_services_are_not_found(city: SandboxCity, path: str) -> None:
    """What does not exist, or belongs to the other organization, is a 404."""
    assert city.get(path).status_code == 404


def test_definition_has_seeclickfix_keys(city: SandboxCity) -> None:
    """A definition has integer codes in order, the service's name, and which answers stay private."""
    definition = city.get(f"/services/{POTHOLE}.json").json()
    assert definition["service_code"] == str(POTHOLE)
    assert definition["service_name"] == "Pothole in street"
    attributes = definition["attributes"]
    assert [attribute["code"] for attribute in attributes] == list(range(1010101, 1010109))
    assert [attribute["order"] for attribute in attributes] == list(range(1, 9))
    private = [each["description"] for each in attributes if each["answer_kept_private"]]
    assert private == ["How can the crew reach it?"]
    assert attributes[0]["values"][0] == {"key": "LANE_RIGHT", "name": "Right lane"}


def test_notes_are_not_variable(city: SandboxCity) -> None:
    """The pothole form has one text that asks nothing."""
    attributes = city.get(f"/services/{POTHOLE}.json").json()["attributes"]
    [note] = [attribute for attribute in attributes if not attribute["variable"]]
    assert "claim" in note["description"]


def test_a_service_without_metadata_asks_nothing(city: SandboxCity) -> None:
    """Metadata tells whether asking for the definition is worth a call."""
    for service in city.rows("/101/services.json") + city.rows("/102/services.json"):
        definition = city.get(f"/services/{service['service_code']}.json").json()
        assert bool(definition["attributes"]) is service["metadata"]


def test_all_datatypes_are_asked(city: SandboxCity) -> None:
    """A client that handles one organization's forms has met every datatype of the standard."""
    for organization in (101, 102):
        services = city.rows(f"/{organization}/services.json")
        definitions = [
            city.get(f"/services/{each['service_code']}.json").json() for each in services
        ]
        asked = {
            each["datatype"] for definition in definitions for each in definition["attributes"]
        }
        assert asked == DATATYPES


def test_both_cities_have_a_public_pothole_service(city: SandboxCity) -> None:
    """A pothole report is public at once in either city."""
    for organization in (101, 102):
        [pothole] = [
            each
            for each in city.rows(f"/{organization}/services.json")
            if "Pothole" in each["service_name"]
        ]
        assert pothole["type"] == "realtime"
