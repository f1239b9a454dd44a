"""The sandbox's bodies against the published schemas, and JSON against XML."""

import json
import os
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from tests.contract.sandbox_city import (
    BATCH,
    DEAD_ANIMAL,
    JPEG,
    MADISON,
    MARKET,
    POTHOLE,
    SandboxCity,
    pothole_answers,
    read_xml,
)

FIXTURES = Path(
    os.environ.get("SCF_FIXTURES") or Path(__file__).parents[3] / "shared" / "fixtures"
)
SCHEMAS = FIXTURES / "open311_json_schemas"
INTEGERS = {"service_code", "service_request_id", "code"}
"""Numbers where the schemas want text: SeeClickFix's own way (upstream.md 1.2, 1.3)."""


@pytest.fixture
def city(tmp_path: Path) -> SandboxCity:
    """A fresh city."""
    return SandboxCity(tmp_path)


@pytest.fixture(scope="module")
def registry() -> "Registry[Any]":
    """Return the published schemas by file name."""
    if not SCHEMAS.is_dir():
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(f"{SCHEMAS} is missing")
        pytest.skip(f"{SCHEMAS} is missing")
    found = (
        (file.name, Resource.from_contents(json.loads(file.read_text("utf-8")), DRAFT7))
        for file in SCHEMAS.glob("*.json")
    )
    return Registry().with_resources(found)


def problems(registry: "Registry[Any]", schema: str, body: object) -> list[str]:
    """Return what is wrong with a body by the schema."""
    validator = Draft7Validator({"$ref": schema}, registry=registry)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]


def with_text_codes(body: object) -> object:
    """Return the body with the integers that SeeClickFix alone uses written as text."""
    if isinstance(body, list):
        return [with_text_codes(each) for each in body]
    if isinstance(body, dict):
        return {
            key: str(value)
            if key in INTEGERS and isinstance(value, int)
            else with_text_codes(value)
            for key, value in body.items()
        }
    return body


def bodies(city: SandboxCity, form: str) -> list[tuple[str, Any]]:
    """Return path and schema of every kind of list and definition, filled."""
    city.sandbox.seed(60)
    number = city.report(
        POTHOLE, **pothole_answers(), media=JPEG, address_string="1200 W Madison St"
    )
    services = city.rows("/101/services.json") + city.rows("/102/services.json")
    paths = [
        ("/101/services", "services.json"),
        ("/102/services", "services.json"),
        ("/services?lat=1&long=1", "services.json"),
        ("/requests?page_size=100", "requests.json"),
        (f"/requests/{number}", "requests.json"),
        *(
            (f"/services/{each['service_code']}", "service-definition.json")
            for each in services
        ),
    ]
    return [
        (path.replace("?", f".{form}?") if "?" in path else f"{path}.{form}", schema)
        for path, schema in paths
    ]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_bodies_follow_the_published_schemas(
    city: SandboxCity, registry: "Registry[Any]", form: str
) -> None:
    """Every list and definition is valid, but for integers where the schema wants text."""
    for path, schema in bodies(city, form):
        answer = city.http.get(f"/open311/v2{path}")
        body = answer.json() if form == "json" else read_back(read_xml(answer))
        assert problems(registry, schema, with_text_codes(body)) == [], path


LISTS = {"services", "service_requests", "attributes", "values"}
TYPED = {"metadata", "variable", "required", "order", "lat", "long"}


def read_back(element: Element) -> object:
    """Read XML as the JSON that it stands for; only the schema's typed keys are no text."""
    if element.tag in LISTS:
        return [read_back(child) for child in element]
    if len(element):
        return {child.tag: read_back(child) for child in element}
    if element.tag in TYPED and element.text:
        return json.loads(element.text)
    return element.text


def test_every_call_speaks_xml(city: SandboxCity) -> None:
    """XML has the standard's roots and items, and says the same as JSON."""
    number = city.report(POTHOLE, **pothole_answers())
    token = city.post(
        BATCH, description="Leaves", **{"attribute[1013201]": "WATER_NONE"}
    ).json()[0]["token"]
    for path, root, item in (
        ("/discovery", "discovery", "endpoints/endpoint/formats/format"),
        ("/101/services", "services", "service"),
        ("/services/10101", "service_definition", "attributes/attribute/values/value/key"),
        ("/requests", "service_requests", "request"),
        (f"/requests/{number}", "service_requests", "request"),
        (f"/tokens/{token}", "service_requests", "request/token"),
        ("/services/5", "errors", "error/description"),
    ):
        tree = city.xml(f"{path}.xml")
        assert tree.tag == root
        assert tree.find(item) is not None, path
        leaves = [leaf.text for leaf in tree.iter() if len(leaf) == 0 and leaf.text]
        assert leaves == texts(city.get(f"{path}.json").json()), path


def texts(body: object) -> list[str]:
    """Return the values of a JSON body as XML writes them, those that are not empty."""
    if isinstance(body, dict):
        return [text for value in body.values() for text in texts(value)]
    if isinstance(body, list):
        return [text for value in body for text in texts(value)]
    if isinstance(body, bool):
        return [str(body).lower()]
    return [] if body in (None, "") else [str(body)]


def test_posting_in_xml(city: SandboxCity) -> None:
    """A report posted to the XML address is answered in XML."""
    answer = city.post(DEAD_ANIMAL, "/requests.xml")
    request = read_xml(answer).find("request")
    assert request is not None
    assert [child.tag for child in request] == [
        "service_request_id",
        "service_notice",
        "account_id",
    ]


def test_text_that_xml_cannot_say(city: SandboxCity) -> None:
    """Control characters and markup in a description leave the XML readable."""
    city.report(description="bell \x07 and <tag> & caf\u00e9 \U0001f43f")
    assert (
        city.xml("/requests.xml").findtext("request/description")
        == "bell \ufffd and <tag> & caf\u00e9 \U0001f43f"
    )


@pytest.mark.parametrize("prefix", ["", "/101"])
def test_discovery_names_this_endpoint(city: SandboxCity, prefix: str) -> None:
    """Discovery says where the endpoint is that was asked, and that it is a test."""
    body = city.get(f"{prefix}/discovery.json").json()
    [endpoint] = body["endpoints"]
    assert endpoint["url"] == f"http://city.test/open311/v2{prefix}"
    assert endpoint["type"] == "test"
    assert set(endpoint["formats"]) == {"text/xml", "application/json"}


def test_the_two_cities_do_not_overlap(city: SandboxCity) -> None:
    """A point is in one city, in the other, or in none."""
    first = [
        city.rows("/services.json", **place)[0]["organization"] for place in (MADISON, MARKET)
    ]
    assert first == ["Chicago Streets and Sanitation", "San Francisco Public Works"]
