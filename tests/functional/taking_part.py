"""People of the demo city who are signed in to the app, and what they have reported there."""

import re
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

from flask import Flask
from PIL import Image

from scf_report.factory import Core
from scf_report.sandbox.oauth.tokens import issue_for
from tests.page import SAME_ORIGIN, Page, Visitor

SITE = "http://localhost"
ROSA, BEN, MANAGER = 2001, 2002, 2012
"""Two residents, and a member of Chicago's organization."""
DEAD_ANIMAL, PRIVATE = 10106, 10141
HERE = {"lat": "41.881400", "lng": "-87.656800", "address": "1200 W Madison St"}
NASTY = "<script>alert(1)</script> & “more”"


def sign_in_as(visitor: Visitor, person: int, path: str = "/login") -> Page:
    """Sign in at the sandbox city as one of its people; gives the page that it leads to."""
    client = visitor.client
    address = client.get(path).headers["Location"]
    while True:
        page = client.get(address)
        token = re.search(r'name="token" value="([^"]*)"', page.text)
        action = re.search(r'action="([^"]*)"', page.text)
        assert token, page.text
        assert action, page.text
        target = urljoin(address, action[1].replace("&amp;", "&"))
        button = ("person", person) if 'name="person"' in page.text else ("decision", "allow")
        data = {"token": token[1], button[0]: button[1]}
        address = client.post(target, data=data, headers=SAME_ORIGIN).headers["Location"]
        if "/oauth/callback" in address and "/sandbox/" not in address:
            return Page(visitor, client.get(address, follow_redirects=True))


def signed_in(app: Flask, person: int) -> Visitor:
    """Give somebody with a browser of their own who is signed in."""
    visitor = Visitor(app.test_client())
    sign_in_as(visitor, person)
    return visitor


def ask_city(
    core: Core, method: str, path: str, person: int | None = None, **more: Any
) -> Any:  # parsed JSON
    """Call APIv2 of the sandbox city past the app; gives what it answered."""
    assert core.sandbox is not None
    headers = {"User-Agent": "tests (tests@example.org)"}
    if person is not None:
        with core.sandbox.store.writing() as db:
            token = issue_for(db, person, core.now().timestamp(), 3600.0)
        headers["Authorization"] = f"Bearer {token}"
    answer = core.sandbox.test_client().open(
        f"/api/v2/{path}", method=method, headers=headers, **more
    )
    assert answer.status_code < 300, answer.text
    return answer.get_json(silent=True)


def reported(core: Core, person: int, kind: int = DEAD_ANIMAL, **answers: str) -> str:
    """Have an issue in the city that this person has reported; gives its number."""
    said = {"summary": "Dead squirrel", "description": "By the curb", **answers}
    if kind == PRIVATE:
        said |= {"1014102": "HELP_SHELTER", "1014103": "2026-11-24T09:00:00Z"}
    body = {**HERE, "request_type_id": kind, "answers": said}
    return str(ask_city(core, "POST", "issues", person, json=body)["id"])


def photo(size: tuple[int, int] = (40, 30), color: str = "red") -> bytes:
    """Make a picture."""
    file = BytesIO()
    Image.new("RGB", size, color).save(file, "JPEG")
    return file.getvalue()
