"""Every page of the flow, each in a state that stays: addresses, and what is done there first."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, FilePayload, Page

from tests.browser.demo import turn
from tests.browser.walking import Reporter

NOTES = FilePayload(name="notes.jpg", mimeType="image/jpeg", buffer=b"no picture")
FRAME = "/embed"
Addresses = dict[str, str]
"""Paths by name: drafts that have come to a step, receipts and the owner's page."""


def nothing(_page: Page) -> None:
    """Look at the page as it is."""


def press(page: Page) -> None:
    """Press the button that goes on, with nothing filled in."""
    Reporter(page).go_on()


def write_nonsense(page: Page) -> None:
    """Answer in ways that cannot be."""
    page.get_by_label("About how deep").fill("ankle")
    page.get_by_label("Time").fill("17:30")
    press(page)


def choose_text_as_photo(page: Page) -> None:
    """Choose a file that is no picture."""
    page.locator("input[type=file]").set_input_files(NOTES)
    press(page)


def mistype_address(page: Page) -> None:
    """Give an e-mail address that cannot be one."""
    page.get_by_label("With my contact details").check()
    page.get_by_role("textbox", name="E-mail").fill("robin at example")
    press(page)


def send_nonsense(page: Page) -> None:
    """Give an e-mail address that cannot be one, where updates are asked for."""
    page.get_by_role("textbox", name="E-mail").fill("robin at example")
    page.locator("#updates button").click()


@dataclass(frozen=True, slots=True)
class Scene:
    """One page in one state."""

    path: str
    """With the names of ``Addresses`` in braces."""
    act: Callable[[Page], None] = nothing
    error: bool = False
    """The page says that something must be put right."""


SCENES = {
    "home": Scene("/"),
    "where": Scene("/report"),
    "where-empty": Scene("/report?address=", error=True),
    "where-results": Scene("/report?address=Madison"),
    "where-unchosen": Scene("/report?address=Madison", press, error=True),
    "where-exact": Scene("/report?address=1200+W+Madison"),
    "where-nothing": Scene("/report?address=Xanadu"),
    "where-outside": Scene("/report?lat=41.885&lng=-87.80"),
    "where-point": Scene("/report?lat=41.8819&lng=-87.6278"),
    "purged": Scene("/report?notice=purged"),
    "type": Scene("{begun}/type"),
    "type-unchosen": Scene("{begun}/type", press, error=True),
    "type-nothing": Scene("{begun}/type?q=penguin"),
    "details": Scene("{full}/details"),
    "details-empty": Scene("{chosen}/details", press, error=True),
    "details-nonsense": Scene("{chosen}/details", write_nonsense, error=True),
    "photos": Scene("{plain}/photos"),
    "photos-kept": Scene("{full}/photos"),
    "photos-refused": Scene("{full}/photos", choose_text_as_photo, error=True),
    "contact": Scene("{plain}/contact"),
    "contact-kept": Scene("{full}/contact"),
    "contact-wrong": Scene("{plain}/contact", mistype_address, error=True),
    "check": Scene("{full}/check"),
    "check-plain": Scene("{plain}/check"),
    "sent": Scene("{sent}/check"),
    "receipt-accepted": Scene("{accepted}"),
    "receipt-held": Scene("{held}"),
    "receipt-refused": Scene("{refused}"),
    "issue": Scene("{issue}"),
    "change": Scene("{change}"),
    "change-refused": Scene("{mend}"),
    "mend": Scene("{mend}/check"),
    "mend-contact": Scene("{mend}/contact", error=True),
    "change-withdrawn": Scene("{withdrawn}"),
    "change-too-late": Scene("{withdrawn}/check"),
    "change-deleted": Scene("{deleted}?done=deleted"),
    "updates": Scene("{accepted}/updates"),
    "updates-wrong": Scene("{accepted}/updates", send_nonsense, error=True),
    "updates-asked": Scene("{accepted}?updates=asked"),
    "mail-over": Scene(f"/mail/{'x' * 32}"),
    "not-found": Scene("/nowhere"),
    "apis": Scene("/about/apis"),
    "privacy": Scene("/about/privacy"),
    "accessibility": Scene("/about/accessibility"),
    "patterns": Scene("/about/patterns"),
    "frame-where": Scene(f"{FRAME}/report"),
    "frame-results": Scene(f"{FRAME}/report?address=Madison"),
    "frame-type": Scene(f"{FRAME}{{begun}}/type"),
    "frame-details": Scene(f"{FRAME}{{chosen}}/details", press, error=True),
    "frame-check": Scene(f"{FRAME}{{full}}/check"),
    "frame-receipt": Scene(f"{FRAME}{{accepted}}"),
}
"""The whole flow; the patterns page shows every part in every state once more."""


def show(page: Page, name: str, addresses: Addresses) -> None:
    """Open a scene and do what belongs to it."""
    scene = SCENES[name]
    page.goto(scene.path.format(**addresses))
    scene.act(page)


def make_addresses(browser: Browser, demo: str) -> Addresses:
    """Walk drafts and reports to where each scene needs them."""
    context = browser.new_context(base_url=demo, java_script_enabled=False, locale="en-US")
    reporter = Reporter(context.new_page())
    begun = _begin(reporter)
    chosen = _begin(reporter, "Pothole in street")
    plain, sent, refused, withdrawn, deleted = (_walk_plainly(reporter) for _draft in range(5))
    full = _begin(reporter, "Pothole in street")
    reporter.describe_pothole()
    reporter.add_photo()
    reporter.give_contact()
    held = _begin(reporter, "Graffiti")
    reporter.page.get_by_label("What is wrong?").fill("Black letters along the whole wall")
    reporter.choose("Wall or building")
    reporter.go_on()
    reporter.stay_unnamed()
    reporter.wait()
    addresses = {
        "begun": begun,
        "chosen": chosen,
        "plain": plain,
        "full": full,
        "sent": sent,
        "accepted": _send(reporter, sent, "accepted"),
        "change": _owner_page(reporter).removeprefix(demo),
    }
    record = reporter.page.request.get(f"{addresses['accepted']}.json").json()
    addresses["issue"] = f"/issues/{record['number']}"
    turn(demo, set="moderated_id:hidden")
    addresses["held"] = _send(reporter, held, "moderated")
    turn(demo, set="moderated_id:shown")
    turn(demo, set="required_contact:email")
    addresses["withdrawn"] = _withdraw(reporter, withdrawn, demo)
    addresses["refused"] = _send(reporter, refused, "rejected")
    addresses["mend"] = _owner_page(reporter).removeprefix(demo)
    turn(demo, set="required_contact:")
    _send(reporter, deleted, "accepted")
    addresses["deleted"] = _owner_page(reporter).removeprefix(demo)
    reporter.open(addresses["deleted"])
    _press(reporter, "Delete my personal data now")
    context.close()
    return addresses


def _begin(reporter: Reporter[Page], kind: str = "") -> str:
    """Begin a draft, choose the kind of problem if one is given, and return its address."""
    reporter.open("/report?address=1200+W+Madison")
    reporter.take_place()
    draft = reporter.path.rpartition("/")[0]
    if kind:
        reporter.choose(kind)
    return draft


def _walk_plainly(reporter: Reporter[Page]) -> str:
    draft = _begin(reporter, "Pothole in street")
    reporter.describe_pothole()
    reporter.go_on()
    reporter.stay_unnamed()
    return draft


def _send(reporter: Reporter[Page], draft: str, state: str) -> str:
    """Send a draft and wait for what becomes of it; return the receipt's address."""
    reporter.open(f"{draft}/check")
    reporter.go_on()
    receipt = reporter.path
    known = ""
    for _look in range(60):
        known = reporter.page.request.get(f"{receipt}.json").json()["state"]
        if known == state:
            return receipt
        reporter.page.wait_for_timeout(250)
    raise AssertionError(f"the report is {known}, not {state}")


def _withdraw(reporter: Reporter[Page], draft: str, demo: str) -> str:
    """Begin to mend a refused report and withdraw it meanwhile; return the owner's page."""
    _send(reporter, draft, "rejected")
    owner = _owner_page(reporter).removeprefix(demo)
    reporter.open(f"{owner}/check")
    reporter.open(owner)
    _press(reporter, "Withdraw the report")
    return owner


def _press(reporter: Reporter[Page], words: str) -> None:
    with reporter.page.expect_navigation():
        reporter.page.get_by_role("button", name=words, exact=True).click()


def _owner_page(reporter: Reporter[Page]) -> str:
    return reporter.page.locator("a[href*='/change/']").get_attribute("href") or ""
