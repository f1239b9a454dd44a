"""Step 1: say where. ``/report`` begins a draft, ``/report/<draft>/where`` moves one."""

from dataclasses import dataclass
from urllib.parse import urlencode

from babel.lists import format_list
from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext as _

from scf_report.domain.draft import Draft, Step
from scf_report.domain.geography import FoundPlace, NearPlace, PlaceKind, Point, Sureness
from scf_report.forms.base import Problem
from scf_report.forms.choices import Offer
from scf_report.forms.clean import clean_line
from scf_report.forms.csrf import BoundToken
from scf_report.forms.place import SEARCH_LIMIT, ChosenPlace, PlaceForm
from scf_report.geo.lookup import Findings
from scf_report.web.context import render
from scf_report.web.pages import WherePage
from scf_report.web.steps import Steps, go_on, notice, step_url, with_draft

SEARCH_FIELD = "address"
"""Name and id of the search's input, and the parameter of bookmarks and embeds."""
NEAR_LIMIT = 5


@dataclass(frozen=True, slots=True)
class Search:
    """What the address bar asks for, and what was found; ``problem`` says what is wrong with it."""

    query: str
    findings: Findings
    problem: str = ""
    at: Point | None = None
    """The point itself, where coordinates were given."""

    @property
    def chosen(self) -> FoundPlace | None:
        """The place that stands chosen: the only one, if it fits exactly."""
        places = self.findings.places
        sure = len(places) == 1 and places[0].sureness is Sureness.EXACT
        return places[0] if sure else None


@dataclass(frozen=True, slots=True)
class Target:
    """Where the step form leads: its address and token, and the draft that it moves, if there is one."""

    action: str
    token: BoundToken
    draft: Draft | None = None


class WhereSteps(Steps):
    """The views of the first step."""

    def start(self) -> ResponseReturnValue:
        """Show the search and what it finds; a POST begins a draft at the chosen place."""
        target = Target(_action(url_for(".start")), self.parts.tokens.bound("start"))
        if request.method == "GET":
            return self._show(self._search(), target)
        return self._save(target)

    @with_draft(Step.WHERE)
    def where(self, draft: Draft) -> ResponseReturnValue:
        """Show the chosen place or another search; a POST moves the draft."""
        target = Target(_action(step_url(Step.WHERE, draft)), self.token(draft), draft)
        if request.method == "GET":
            return self._show(self._search(draft), target)
        return self._save(target)

    def carry_where(self) -> Draft:
        """Begin a new draft with the place that was posted to one that is gone."""
        form = PlaceForm(request.form, token=self.parts.tokens.bound("start"))
        draft = self.begin(wanted_type=_wanted_type())
        chosen = form.chosen if form.holds() else None
        if chosen is None or not self.parts.places.covers(chosen.point):
            return draft
        return self._keep(draft, form)

    def _save(self, target: Target) -> ResponseReturnValue:
        search = self._search(target.draft)
        form = PlaceForm(request.form, token=target.token, places=_offers(search.findings))
        if not form.validate() or form.chosen is None:
            return self._show(search, target, form)
        if not self.parts.places.covers(form.chosen.point):
            return self._show(
                self._at(form.chosen.point, form.chosen.label), target, status=422
            )
        draft = target.draft or self.begin(wanted_type=_wanted_type())
        return go_on(self._keep(draft, form))

    def _keep(self, draft: Draft, form: PlaceForm) -> Draft:
        if (chosen := form.chosen) is None:
            return draft
        address = chosen.label or str(chosen.point)
        return self.parts.fill.save_place(draft, chosen.point, address, form.landmark.data)

    def _search(self, draft: Draft | None = None) -> Search:
        arguments = request.args
        # The location button sends both empty when it is pressed before its script is there.
        if arguments.get("lat") or arguments.get("lng"):
            try:
                point = Point(float(arguments["lat"]), float(arguments["lng"]))
            except (KeyError, ValueError):
                return Search("", Findings(), _bad_coordinates())
            return self._at(point, "")
        if SEARCH_FIELD in arguments:
            return self._find(arguments[SEARCH_FIELD])
        if draft is not None and draft.point is not None:
            return self._at(draft.point, draft.address)
        return Search("", Findings())

    def _find(self, typed: str) -> Search:
        query = clean_line(typed)
        if not query:
            return Search("", Findings(), _("Type an address, a crossing or a place"))
        if len(query) > SEARCH_LIMIT:
            short = _("Type the place in at most %(limit)d characters", limit=SEARCH_LIMIT)
            return Search(query[:SEARCH_LIMIT], Findings(), short)
        return Search(query, self.parts.places.find(query))

    def _at(self, point: Point, label: str) -> Search:
        """Offer one point as the only find, named by what is near it if it has no label."""
        near = self.parts.places.name(point)
        name = label or (near.place.label if near else str(point))
        district = near.place.district if near else ""
        place = FoundPlace(name, point, PlaceKind.COORDINATES, Sureness.EXACT, district)
        inside = self.parts.places.covers(point)
        findings = Findings((place,)) if inside else Findings(outside=(place,))
        return Search("", findings, at=point)

    def _show(
        self, search: Search, target: Target, form: PlaceForm | None = None, status: int = 200
    ) -> ResponseReturnValue:
        results = search.findings.places
        problems = tuple(form.problems()) if form else ()
        if search.problem:
            problems = (Problem(SEARCH_FIELD, search.problem), *problems)
        code = 422 if problems else status
        form = form or _unsent_form(search, target)
        draft = target.draft
        if draft is not None and not problems:
            problems = self.refused(Step.WHERE, draft, form)
        page = WherePage(
            form=form,
            problems=problems,
            query=search.query,
            search_url=step_url(Step.WHERE, draft) if draft else url_for(".start"),
            action=target.action,
            back_url=self._back_url(draft),
            results=self._shown(form, results),
            outside=search.findings.outside,
            outside_near=self._outside_near(search),
            area=self._area_name(),
            near=self.parts.places.near(results[0].point, NEAR_LIMIT) if results else (),
            notice=notice(),
            wanted_type=_wanted_type(),
        )
        return render(page, code)

    def _shown(
        self, form: PlaceForm, results: tuple[FoundPlace, ...]
    ) -> tuple[FoundPlace, ...]:
        """Put a posted place that is not among the results before them, as the form does."""
        if len(form.place.offers) > len(results) and (chosen := form.chosen):
            label = chosen.label or str(chosen.point)
            first = FoundPlace(label, chosen.point, PlaceKind.COORDINATES, Sureness.EXACT)
            return (first, *results)
        return results

    def _outside_near(self, search: Search) -> NearPlace | None:
        if search.at is None or not search.findings.outside:
            return None
        return self.parts.places.name(search.at)

    def _area_name(self) -> str:
        area = self.parts.places.area
        return format_list(area.names, locale=get_locale()) if area else ""

    def _back_url(self, draft: Draft | None) -> str:
        if draft is not None:
            return self.back_url(Step.WHERE, draft)
        return url_for(".start") if g.embedded else url_for("about.home")


def _action(url: str) -> str:
    """Let the form's address repeat the search, so that a refused form shows its results again."""
    asked = [
        (name, request.args[name])
        for name in (SEARCH_FIELD, "lat", "lng", "type")
        if name in request.args
    ]
    separator = "&" if "?" in url else "?"
    return f"{url}{separator}{urlencode(asked)}" if asked else url


def _unsent_form(search: Search, target: Target) -> PlaceForm:
    chosen = search.chosen
    return PlaceForm(
        token=target.token,
        places=_offers(search.findings),
        chosen=ChosenPlace(chosen.point, chosen.label) if chosen else None,
        landmark=target.draft.landmark if target.draft else "",
    )


def _offers(findings: Findings) -> list[Offer]:
    return [
        Offer(str(ChosenPlace(place.point, place.label)), place.label)
        for place in findings.places
    ]


def _wanted_type() -> str:
    return clean_line(request.args.get("type", ""))[:200]


def _bad_coordinates() -> str:
    return str(_("Coordinates must be two numbers in degrees, like 41.8819, -87.6278"))
