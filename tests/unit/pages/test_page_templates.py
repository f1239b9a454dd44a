"""The pages of a report before it is sent say what is so, and lead on by plain forms."""

import pytest

from scf_report.domain.geography import Compass, NearPlace
from scf_report.web.pages import HomePage
from tests.unit.pages import samples
from tests.unit.pages.samples import NASTY, PLACES, STATES
from tests.unit.pages.showing import show, words
from tests.unit.templates.rendering import LAYOUTS, part


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("state", STATES)
def test_page_is_sound(state: str, layout: str) -> None:
    """Every state is sound in the page and in the frame, and markup in texts is only text."""
    page = show(STATES[state](), layout)
    assert not page.select("main b, main road, main nowhere, main penguin")


def test_home_search_is_the_first_step() -> None:
    """The search of the front page asks the report's first page for the typed address."""
    page = show(HomePage(report_url="/report?lang=es"))
    search = part(page, "form[role=search]")
    assert (search["action"], search["method"]) == ("/report?lang=es", "get")
    assert part(search, "input[type=search]")["name"] == "address"
    assert "needs-js" in part(page, "form[data-module=locate]")["class"]


def test_first_visit_asks_before_it_offers() -> None:
    """Before a search there is nothing to choose, and nothing is said to be missing."""
    page = show(samples.where())
    assert not page.select("#step, .notice, .error-summary")
    assert "coordinates" in words(part(page, "#address-hint"))


def test_results_are_told_apart_in_words() -> None:
    """Each place has a radio with what it is, where, and how sure the search is."""
    page = show(samples.where(query="<Madison>", results=PLACES))
    assert words(part(page, "#place legend")) == "8 places match “<Madison>”"
    rows = [words(row) for row in page.select("#place .choice")]
    assert rows[0] == "1200 W Madison St Address, Near West Side"
    assert rows[1] == "W Madison St and N Racine Ave Crossing, close match"
    assert rows[2] == "Madisson Station Named place, Loop, similar spelling"
    assert rows[4].endswith("The point you gave")
    assert rows[5] == f"{NASTY} Named place"
    values = [str(button["value"]) for button in page.select("#place input[type=radio]")]
    assert [value.split("|")[1] for value in values] == [place.label for place in PLACES]


def test_one_result_is_not_places() -> None:
    """One match is counted as one."""
    page = show(samples.where(query="1200 W Madison", results=PLACES[:1]))
    assert words(part(page, "#place legend")) == "1 place matches “1200 W Madison”"


def test_search_and_near_places_keep_the_wanted_type() -> None:
    """A link for one kind of problem keeps it, and the language, through every search."""
    page = show(STATES["where-many"]())
    assert part(page, "form[role=search] [name=type]")["value"] == "1 & 2"
    links = [str(link["href"]) for link in page.select("aside .choice a")]
    assert links[0] == "/report?lang=es&address=W+Madison+St+and+N+Racine+Ave&type=1+%26+2"
    assert [words(tag) for tag in page.select("aside .end")] == ["60 m", "2.6 km"]


def test_missing_choice_leads_to_the_first_place() -> None:
    """The error summary links to the first radio, and the list says the same."""
    page = show(STATES["where-error"]())
    assert page.select(".error-summary a[href='#place-0']")
    assert "place-error" in str(part(page, "#place")["aria-describedby"])


def test_unreadable_search_is_told_at_its_field() -> None:
    """What is wrong with the search stands at the search, not that nothing was found."""
    page = show(STATES["where-unread"]())
    assert part(page, "#address")["aria-invalid"] == "true"
    assert "Coordinates must be two numbers" in words(part(page, "#address-error"))
    assert "No place matches" not in words(page.body)


def test_nothing_found_says_what_was_looked_for() -> None:
    """An empty result names the words and what to try instead; the search keeps them."""
    page = show(STATES["where-nothing"]())
    assert words(part(page, ".notice h2")) == "No place matches “<nowhere>”"
    assert part(page, "#address")["value"] == "<nowhere>"
    assert not page.select("#step")


def test_outside_is_not_a_dead_end() -> None:
    """A place outside the area says so in the heading, where it is, and offers the search again."""
    page = show(STATES["where-outside-near"]())
    assert words(page.h1) == "This place is outside Chicago"
    assert words(part(page, ".spoken")) == f"The point you gave is 480 m west of {NASTY}."
    assert page.select("form[role=search]")
    assert not page.select("#step")


def test_a_place_beside_a_name_has_no_direction() -> None:
    """Nobody is told that they are 0 m north of somewhere."""
    near = NearPlace(PLACES[0], 0.4, "n")
    page = show(samples.where(outside=PLACES[:1], outside_near=near))
    assert words(part(page, ".spoken")) == "The point you gave is next to 1200 W Madison St."


@pytest.mark.parametrize("code", ["n", "ne", "e", "se", "s", "sw", "w", "nw"])
def test_each_direction_has_its_words(code: Compass) -> None:
    """The eight directions are told apart."""
    full = code.replace("n", "north").replace("s", "south")
    full = full.removesuffix("e").removesuffix("w") + {"e": "east", "w": "west"}.get(
        code[-1], ""
    )
    near = NearPlace(PLACES[0], 120, code)
    page = show(samples.where(outside=PLACES[:1], outside_near=near))
    assert f"120 m {full} of" in words(part(page, ".spoken"))


def test_purged_draft_is_explained_on_any_step() -> None:
    """Whoever comes back too late learns that nothing was sent."""
    for page in (samples.where(notice="purged"), samples.kinds(notice="purged")):
        assert "Nothing of the earlier one was sent" in words(part(show(page), ".notice"))


def test_expired_page_is_told_once() -> None:
    """The error summary has it already: no second notice says the same."""
    page = show(samples.details({"csrf_token": "old"}, notice="token"))
    assert page.select(".error-summary a[href='#step']")
    assert "open for a long time" not in words(part(page, "main"))
    assert "open for a long time" in words(part(show(samples.kinds(notice="token")), ".notice"))


def test_kinds_stand_in_groups_and_can_be_searched() -> None:
    """Kinds of problem come under headings; the search tells how many there are."""
    page = show(samples.kinds())
    headings = [words(tag) for tag in page.select("#type .group legend")]
    assert headings == ["Streets", "Forestry"]
    assert words(part(page, "label[for=q]")) == "Search in 34 kinds of problem"
    assert part(page, "#q")["data-module"] == "filter"


def test_kind_not_found_leads_back_to_all() -> None:
    """A search without a match says so and leads back to the whole list; no filter has no list."""
    page = show(STATES["type-nothing"]())
    assert "<penguin>" in words(part(page, ".notice"))
    assert part(page, ".notice a")["href"] == "/report/d/type?lang=es"
    assert "data-module" not in part(page, "#q").attrs


def test_nobody_responsible_leads_to_another_place() -> None:
    """Where nobody takes reports there is nothing to choose but another place."""
    page = show(STATES["type-nobody"]())
    assert not page.select("#step, #q")
    assert words(part(page, "main a.btn")) == "Choose another place"


def test_questions_come_in_order_with_notes_between() -> None:
    """Description first, then questions and notes as the organization ordered them."""
    page = show(samples.details())
    labels = [
        words(tag).removesuffix(" (optional)")
        for tag in page.select("#step .field > label, #step legend, #step h2")
    ]
    assert labels == [
        *("What is wrong?", "Lane?", "Good to know", "Which parts?"),
        *("How deep?", "First seen?", "Way in?", "Size?"),
    ]
    assert "This is <not> a claim Ask the & city" in words(part(page, "#step .notice"))


def test_photo_is_removed_by_a_form_of_its_own() -> None:
    """Taking the photo away is no part of going on, and Enter goes on."""
    page = show(STATES["photos-kept"]())
    step = part(page, "#step")
    assert step["enctype"] == "multipart/form-data"
    assert [words(button) for button in step.select("button")] == ["Continue"]
    remove = part(page, "form[action='/report/d/photos']")
    assert words(part(remove, "button")) == "Remove the photo"
    assert not show(samples.photos()).select("main img")


def test_contact_fields_belong_to_their_choice() -> None:
    """Without demands the fields show for one choice alone."""
    page = show(samples.contact())
    assert part(page, "#choice [data-reveals]")["value"] == "contact"
    assert part(page, ".reveals .reveal").select("#email")


def test_demanded_contact_leaves_no_choice() -> None:
    """Where contact details are demanded, nobody is offered to leave them out."""
    page = show(STATES["contact-required"]())
    assert part(page, "#step [name=choice]")["type"] == "hidden"
    assert part(page, "#step [name=choice]")["value"] == "contact"
    assert not page.select(".reveal")
    assert "required" in part(page, "#email").attrs
    assert "(optional)" not in words(part(page, "label[for=email]"))


def test_contact_says_how_long_it_is_kept() -> None:
    """The promise names the configured number of days."""
    assert "30 days after delivery" in words(show(samples.contact()).aside)


def test_check_sends_what_is_shown() -> None:
    """The form carries the mark of what was shown, the trap, and one button that says what it does."""
    page = show(samples.check())
    step = part(page, "#step")
    assert part(step, "[name=digest]")["type"] == "hidden"
    assert part(step, "[name=subject]")["tabindex"] == "-1"
    assert [words(button) for button in step.select("button")] == ["Send the report"]


def test_check_shows_the_public_text_as_it_is_sent() -> None:
    """Line breaks and the reference stand in the preview; private answers do not, and are marked."""
    page = show(STATES["check-photo"]())
    preview = part(page, "article.public")
    assert [str(line).strip() for line in part(preview, "p:not(.meta)").stripped_strings] == [
        "[R7F3-K2QX] Deep <pothole>",
        "In the right lane",
    ]
    assert preview.select("img[src='/report/d/photo']")
    assert "Ring <twice>" not in words(preview)
    assert "Not shown in public Ring <twice>" in words(part(page, ".summary"))


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        ("fast", "Please press “Send the report” again"),
        ("changed", "Nothing has been sent yet. This is how it stands now."),
        ("limit", "You can send this one from 10:41 am on"),
    ],
)
def test_unsent_report_says_why(notice: str, said: str) -> None:
    """Each reason not to send is told, with the form still there."""
    page = show(samples.check(notice=notice, retry_at="10:41 am"))
    assert said in words(part(page, ".notice"))
    assert page.select("#step button")


def test_sent_page_does_not_lead_to_the_receipt() -> None:
    """Whoever has a draft's address does not get the receipt's."""
    page = show(STATES["sent"]())
    assert {str(link["href"]) for link in page.select("main a")} == {"/report"}


def test_matches_outside_are_counted_beside_the_others() -> None:
    """Places outside are not hidden from somebody who looks for one of them."""
    page = show(samples.where(query="x", results=PLACES[:2], outside=PLACES[:1]))
    assert "1 more place matches, but lies outside Chicago." in words(part(page, "#step"))
