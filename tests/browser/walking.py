"""The steps of a report in a browser, done as a person does them: by the words on the page."""

import time
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, FilePayload, Frame, Page, Playwright

LEAST_FILL_SECONDS = 3.0
"""A report that is sent sooner after its first step is shown once more."""
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--test-third-party-cookie-phaseout",
)
SMALL = "Up to a car tire"
WORDS = (
    "Deep pothole in the right lane, right after the crossing. Cyclists swerve into traffic."
)


def start_chromium(playwright: Playwright) -> Browser:
    """Start Debian's Chromium, with third-party cookies blocked."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


def photo() -> FilePayload:
    """Draw a photo of a pothole."""
    picture = Image.new("RGB", (960, 600), "#9aa3ab")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 960, 150), fill="#c3ccd4")
    for left in range(-40, 960, 200):
        draw.polygon(
            [(left, 520), (left + 110, 520), (left + 90, 560), (left - 30, 560)], "white"
        )
    draw.ellipse((300, 230, 690, 430), fill="#59616a")
    draw.ellipse((340, 260, 660, 420), fill="#3a4149")
    out = BytesIO()
    picture.save(out, "JPEG")
    return FilePayload(name="hole.jpg", mimeType="image/jpeg", buffer=out.getvalue())


Place = TypeVar("Place", Page, Frame)


@dataclass
class Reporter(Generic[Place]):
    """Somebody on the way through the steps, in a page or in a frame."""

    page: Place
    began: float = field(default_factory=time.monotonic)

    @property
    def title(self) -> str:
        """The page's main heading."""
        return self.page.locator("h1").inner_text()

    @property
    def path(self) -> str:
        """The address without its origin and query."""
        return urlsplit(self.page.url).path

    def open(self, path: str) -> None:
        """Go to an address."""
        self.page.goto(path)

    def go_on(self) -> None:
        """Press the first button of the form that goes on."""
        with self.page.expect_navigation():
            self.page.locator("#step button").first.click()

    def find(self, label: str, words: str, button: str) -> None:
        """Search for a place."""
        self.page.get_by_label(label).fill(words)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).click()

    def begins(self) -> None:
        """Note that the report has just begun."""
        self.began = time.monotonic()

    def take_place(self) -> None:
        """Take the chosen place, or the first that is offered."""
        self.page.locator("#step").get_by_role("radio").first.check()
        self.go_on()
        self.begins()

    def choose(self, *labels: str) -> None:
        """Check radio buttons and boxes by their labels, then go on."""
        for label in labels:
            self.page.get_by_label(label, exact=True).check()
        self.go_on()

    def describe_pothole(self, words: str = WORDS) -> None:
        """Say what is wrong, and answer what must be answered about a pothole."""
        self.page.get_by_label("What is wrong?").fill(words)
        self.page.get_by_label("About how deep").fill("4.5")
        self.choose("Right lane", "Road surface", "Curb", SMALL, "No")

    def add_photo(self) -> None:
        """Choose a photo and go on."""
        self.page.locator("input[type=file]").set_input_files(photo())
        if self.page.evaluate("matchMedia('(scripting: enabled)').matches"):
            self.page.get_by_text("Ready to be sent").wait_for()
        self.go_on()

    def give_contact(self) -> None:
        """Say who reports."""
        self.page.get_by_label("With my contact details").check()
        self.page.get_by_role("textbox", name="E-mail").fill("robin@example.org")
        self.page.get_by_label("First name").fill("Robin")
        self.go_on()

    def stay_unnamed(self) -> None:
        """Report without a name."""
        self.choose("Without my name")

    def wait(self) -> None:
        """Take as long as a quick person takes."""
        time.sleep(max(0.0, self.began + LEAST_FILL_SECONDS + 0.1 - time.monotonic()))

    def walk_to_check(self, words: str = WORDS) -> None:
        """Go from the found place to the check page, without a photo or a name."""
        self.take_place()
        self.choose("Pothole in street")
        self.describe_pothole(words)
        self.go_on()
        self.stay_unnamed()

    def send(self) -> None:
        """Send the checked report."""
        self.wait()
        self.go_on()
