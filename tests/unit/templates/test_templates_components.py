"""What the macros say about a field, a list, a step, in the words and ids that people and scripts use."""

from tests.unit.templates.rendering import part, patterns, render, sample, soup


def test_problems_stand_at_their_fields_and_in_the_summary() -> None:
    """Each problem is linked from the summary, marked at its field and tied to its input."""
    context = patterns()
    page = soup(render("about/patterns.html", **context))
    summary = part(page, ".error-summary")
    problems = context["sample_problems"]
    assert part(page, ".error-summary h2").text == f"Please fix {len(problems)} things"
    for problem in problems:
        assert (
            part(page, f".error-summary a[href='#{problem.field_id}']").text == problem.message
        )
        field = part(page, f".field:has(#{problem.field_id})")
        shown = part(field, ".message")
        assert shown.text.split() == ["Error:", *problem.message.split()]
        tied = field.select(f"[aria-describedby~='{shown['id']}']")
        assert [tag.name for tag in tied] in (["fieldset"], ["input"], ["textarea"], ["select"])
    assert part(page, "#sample-line")["aria-invalid"] == "true"
    assert "aria-invalid" not in part(page, "#plain-line").attrs
    assert summary["tabindex"] == "-1"


def test_field_says_optional_private_and_what_was_typed() -> None:
    """A field keeps what was typed, says that it is optional, and who can read it."""
    page = soup(render("about/patterns.html", **patterns()))
    number = part(page, "#sample-number")
    assert number["value"] == "ankle"
    assert number["inputmode"] == "decimal"
    assert "(optional)" in part(page, "label[for=sample-number]").text
    assert "(optional)" not in part(page, "label[for=sample-line]").text
    assert "Not shown in public" in part(page, "#sample-number-hint").text
    assert "required" in part(page, "#plain-line").attrs


def test_moment_is_two_inputs() -> None:
    """Date and time keep what was typed, under the names that the form module reads."""
    form = sample("sample", **{"moment-date": "2026-11-21", "moment-time": "17:30"})
    page = soup(render("about/patterns.html", **{**patterns(), "sample": form}))
    assert part(page, "input[name=sample-moment-date]")["value"] == "2026-11-21"
    assert part(page, "input[name=sample-moment-time]")["value"] == "17:30"


def test_trap_is_out_of_the_way() -> None:
    """Nobody comes upon the trap: not by sight, not by keyboard, not by screen reader."""
    page = soup(render("about/patterns.html", **patterns()))
    around = part(page, "[aria-hidden=true]:has(> #plain-trap)")
    assert around["class"] == ["visually-hidden"]
    assert part(page, "#plain-trap")["tabindex"] == "-1"


def test_choices_have_hints_groups_and_running_numbers() -> None:
    """Choices keep their hint and group, and are numbered as WTForms numbers them."""
    page = soup(render("about/patterns.html", **patterns()))
    assert part(page, "#plain-radio-0-hint").text == "Beside the <curb>"
    assert part(page, "#plain-radio-0")["aria-describedby"] == "plain-radio-0-hint"
    headings = page.select("#plain-grouped .group legend")
    assert [heading.text for heading in headings] == ["Streets", "Forestry"]
    ids = [tag["id"] for tag in page.select("#plain-grouped input")]
    assert ids == ["plain-grouped-0", "plain-grouped-1", "plain-grouped-2"]
    form = sample("sample", radio="right")
    page = soup(render("about/patterns.html", **{**patterns(), "sample": form}))
    assert part(page, "#sample-radio input[checked]")["value"] == "right"


def test_characters_left_never_lie() -> None:
    """The count starts from what is there, with words for one, for many and for too many."""
    page = soup(render("about/patterns.html", **patterns()))
    assert part(page, "#sample-text-count").text == "10 characters too many"
    assert part(page, "#plain-text-count").text == "20 characters left"
    form = sample("sample", text="x" * 19)
    page = soup(render("about/patterns.html", **{**patterns(), "sample": form}))
    line = part(page, "#sample-text-count")
    assert line.text == "1 character left"
    assert line["data-one"] == "1 character left"
    assert line["data-many"] == "{n} characters left"


def test_steps_say_where_i_am() -> None:
    """Screen readers hear the number, the steps behind are done, one is current."""
    page = soup(render("about/patterns.html", **patterns()))
    assert "Step 3 of 5" in part(page, "main").text
    assert len(page.select(".steps .done")) == 2
    assert "3. Details" in part(page, ".steps [aria-current=step]").text


def test_summary_list_says_what_is_missing_and_private() -> None:
    """Skipped answers are said to be missing; each Change link names what it changes."""
    page = soup(render("about/patterns.html", **patterns()))
    rows = {row.dt.text: row for row in page.select("main .summary > div") if row.dt}
    assert "Not provided" in rows["Phone"].text
    assert "Not shown in public" in rows["Way in"].text
    assert part(rows["Where"], "a").text == "Change: Where"
    assert not rows["Photos"].select("a")
