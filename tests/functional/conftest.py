"""Visitors, workers, and the way through all steps."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from scf_report.factory import Core
from scf_report.settings import Settings
from scf_report.usecases.deliver_report import DeliverReports
from tests.conftest import Clock
from tests.page import FilledForm, Page, Visitor

POTHOLE = "Pothole in street"
PLACE = "1200 W Madison St"
POINT = "41.881614, -87.656978"
"""Where that is; found without a map, too."""
WORDS = "A deep hole in the right lane"
LONG = "ten thousand " * 770
HTML = "<script>alert(1)</script>\"'&amp;"
EMOJI = "A hole 🕳 as deep as 👩‍👩‍👧"
OVERRIDDEN = "\u202egnp.elohtop\u202c \u05d1\u05d5\u05e8"
HEBREW = "\u05d1\u05d5\u05e8 \u05e2\u05de\u05d5\u05e7"
NUL = "a\x00 hole\x08"
PERSONAL = {
    "E-mail": "robin@example.org",
    "Phone": "312 555 0142",
    "First name": "Robin",
    "Last name": "Miller",
}
PRIVATE_ANSWER = "Ring at the yard gate"
NASTY = {"html": HTML, "emoji": EMOJI, "override": OVERRIDDEN, "nul": NUL, "hebrew": HEBREW}


@pytest.fixture
def settings(
    make_settings: Callable[..., Settings], request: pytest.FixtureRequest
) -> Settings:
    """Have the demo's map, which takes its time to be read, only where a test asks for it."""
    geocoder = "demo" if "demo_places" in request.fixturenames else "none"
    return make_settings(geocoder=geocoder, **getattr(request, "param", {}))


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Give somebody with a browser and no cookies."""
    return Visitor(app.test_client())


@pytest.fixture
def deliver(core: Core) -> DeliverReports:
    """Give one worker's hands."""
    return core.worker().deliver


@pytest.fixture
def work(deliver: DeliverReports) -> Callable[[], int]:
    """Give a worker that works until there is nothing to do; it returns the pieces done."""

    def run() -> int:
        done = 0
        while deliver.run_once() == 0.0:
            done += 1
            assert done < 100, "the worker goes round in circles"
        return done

    return run


@pytest.fixture
def at_step(visitor: Visitor) -> Callable[..., Page]:
    """Give the way to any step, answered as shortly as can be."""

    def walk(step: str, start: str = "/report", words: str = WORDS) -> Page:
        page = visitor.open(start, query_string={"address": POINT})
        while step_of(page) != step:
            page = answer(page, words).submit()
            assert page.problems == []
        return page

    return walk


@pytest.fixture
def at_check(at_step: Callable[..., Page], clock: Clock) -> Callable[..., Page]:
    """Give the way to the check page, without a photo or a name, in no hurry."""

    def walk(start: str = "/report", words: str = WORDS) -> Page:
        page = at_step("check", start, words)
        clock.move(seconds=10)
        return page

    return walk


@pytest.fixture
def send(at_step: Callable[..., Page], clock: Clock) -> Callable[..., Page]:
    """Send a report with contact details and a private answer; give the receipt as first shown."""

    def walk(start: str = "/report") -> Page:
        page = at_step("details", start)
        page = answer(page).fill({"How can the crew": PRIVATE_ANSWER}).submit()
        form = page.form().submit().form().choose("With my contact details")
        page = form.fill(PERSONAL).submit()
        clock.move(seconds=5)
        receipt = page.form().submit()
        assert receipt.title == "Your report is saved"
        return receipt

    return walk


@pytest.fixture
def flask(app: Flask) -> Callable[..., Result]:
    """Give the ``flask`` command; ``input`` is what is typed."""

    def run(*arguments: str, input: str = "") -> Result:  # noqa: A002  # click's word
        return app.test_cli_runner().invoke(args=arguments, input=input)

    return run


@pytest.fixture
def reference(at_check: Callable[..., Page]) -> str:
    """Send a report and give its reference."""
    receipt = at_check().form().submit()
    found = receipt.soup.select_one(".reference")
    assert found
    return found.text


@pytest.fixture
def undecided(
    reference: str,
    core: Core,
    work: Callable[[], int],
    clock: Clock,
    request: pytest.FixtureRequest,
) -> str:
    """Send a report whose answer is lost, and which no list shows in time; gives its reference.

    The city has it, unless the test says by parameter that it fails before it keeps anything.
    """
    fault = getattr(request, "param", "500-after")
    city(core, fault=fault, count="1", only="post", set="search_lag:600")
    work()
    clock.move(minutes=5)
    work()
    assert [row["state"] for row in core.outbox.list()] == ["undecided"]
    return reference


def bare(page: Page) -> str:
    """Take the receipt's address without the ticket."""
    return page.path.partition("?")[0]


def change_path(page: Page) -> str:
    """Take the second key's address from a receipt that shows it."""
    [link] = {a["href"] for a in page.soup.find_all("a") if "/change/" in a["href"]}
    assert str(link).startswith("http://localhost/change/")
    return str(link).removeprefix("http://localhost")


def city(core: Core, **switches: str) -> None:
    """Turn switches of the sandbox city."""
    assert core.sandbox is not None
    assert core.sandbox.test_client().post("/switches", data=switches).status_code == 200


def step_of(page: Page) -> str:
    """Name the step of a page by the last part of its address."""
    return page.path.partition("?")[0].rpartition("/")[2]


def only_ours(page: Page) -> None:
    """Check that nothing typed has become part of the page itself."""
    assert "<script>alert" not in page.html
    assert not {"\x00", "\x08", "\u202e", "\u202c"} & set(page.html)


def answer(page: Page, words: str = WORDS) -> FilledForm:
    """Fill in the form of any step."""
    match step_of(page):
        case "type":
            return page.form().choose(POTHOLE)
        case "details":
            return fill_pothole(page, words)
        case "contact":
            return page.form().choose("Without my name")
        case _:
            return page.form()


def fill_pothole(page: Page, words: str) -> FilledForm:
    """Describe a pothole and answer what is required about it."""
    form = page.form().fill({"What is wrong?": words, "Which parts": ["Curb"]})
    return form.choose("Right lane").choose("Up to a car tire").choose("No")
