"""A sandbox city for one test: its clock stands still until told to move, and nobody is in a hurry."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import httpx
from defusedxml.ElementTree import fromstring

from scf_report.sandbox import create_sandbox

START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
CHICAGO, SAN_FRANCISCO = 101, 102
POTHOLE, LIGHT, WASTE, GRAFFITI, DEAD_ANIMAL = 10101, 10102, 10103, 10104, 10106
BATCH, PRIVATE = 10132, 10141
MADISON = {"lat": "41.881400", "long": "-87.656800"}
"""1200 W Madison St, in the middle of Chicago."""
MARKET = {"lat": "37.784000", "long": "-122.407000"}
NOWHERE = {"lat": "46.000000", "long": "-100.000000"}
Field = str | list[str] | bytes | None
"""What a form field may be here: text, several texts, a file, or left out."""
JPEG = b"\xff\xd8\xff\xe0 not much of a picture"


class SandboxCity:
    """A caller with a User-Agent in front of a fresh sandbox whose rate limit is out of the way."""

    def __init__(self, folder: Path) -> None:
        self.moment = START
        self.sandbox = create_sandbox(folder / "sandbox.sqlite", clock=lambda: self.moment)
        self.http = self.caller("tests (tests@example.org)")
        self.turn(limit="100000")

    def caller(self, user_agent: str, address: str = "127.0.0.1") -> httpx.Client:
        """Make another caller."""
        transport = httpx.WSGITransport(self.sandbox, remote_addr=address)
        headers = {"User-Agent": user_agent}
        return httpx.Client(transport=transport, base_url="http://city.test", headers=headers)

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**span)

    def turn(self, **switches: str) -> None:
        """Turn switches; whatever is no switch of its own is a variant."""
        own = ("fault", "count", "only", "limit", "release")
        form = {name: value for name, value in switches.items() if name in own}
        settings = [f"{name}:{value}" for name, value in switches.items() if name not in own]
        answer = self.http.post("/switches", data={**form, "set": settings})
        assert answer.status_code == 200, answer.text

    def get(self, path: str, **parameters: str) -> httpx.Response:
        """Ask the API."""
        return self.http.get(f"/open311/v2{path}", params=parameters)

    def xml(self, path: str, **parameters: str) -> Element:
        """Ask the API for XML and read it."""
        answer = self.get(path, **parameters)
        assert answer.headers["Content-Type"].startswith("text/xml")
        return read_xml(answer)

    def rows(self, path: str = "/requests.json", **parameters: str) -> list[dict[str, Any]]:
        """Ask for a list that is there."""
        answer = self.get(path, **parameters)
        assert answer.status_code == 200, answer.text
        rows = answer.json()
        assert isinstance(rows, list)
        return rows

    def post(
        self, service: int | str = DEAD_ANIMAL, path: str = "/requests.json", /, **fields: Field
    ) -> httpx.Response:
        """Send a report from Madison St; a field of None is left out."""
        form: dict[str, Field] = {"service_code": str(service), **MADISON}
        form |= {"description": "Dead squirrel", **fields}
        media = form.pop("media", None)
        data = {name: value for name, value in form.items() if value is not None}
        files = {"media": ("photo", media)} if isinstance(media, bytes) else None
        return self.http.post(f"/open311/v2{path}", data=data, files=files)

    def report(
        self, service: int | str = DEAD_ANIMAL, path: str = "/requests.json", /, **fields: Field
    ) -> int:
        """Send a report that is taken, and return its number."""
        answer = self.post(service, path, **fields)
        assert answer.status_code == 200, answer.text
        number = answer.json()[0]["service_request_id"]
        assert isinstance(number, int)
        return number

    def received(self) -> list[dict[str, Any]]:
        """Return everything the city received, private parts too."""
        rows = self.http.get("/received.json").json()
        assert isinstance(rows, list)
        return rows


def read_xml(answer: httpx.Response) -> Element:
    """Read a body as XML."""
    element = fromstring(answer.content)
    assert isinstance(element, Element)
    return element


def pothole_answers(**changes: Field) -> dict[str, Field]:
    """Return the fields that answer what a pothole report must say."""
    answers: dict[str, Field] = {
        "attribute[1010101]": "LANE_RIGHT",
        "attribute[1010102][]": ["PART_SURFACE", "PART_CURB"],
        "attribute[1010105]": "SIZE_L",
        "attribute[1010107]": "ANSWER_NO",
    }
    return answers | changes
