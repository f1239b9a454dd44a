"""The home page, and the pages about this service."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from scf_report.web.api_words import apis_page
from scf_report.web.context import render, render_once
from scf_report.web.pages import HomePage, TextPage
from scf_report.web.parts import WebParts
from scf_report.web.patterns import patterns_page


def about_blueprint(parts: WebParts) -> Blueprint:
    """Make the blueprint of pages that need neither database nor upstream."""
    blueprint = Blueprint("about", __name__)

    def home() -> ResponseReturnValue:
        return render_once(HomePage(report_url=url_for("report.start")))

    def apis() -> ResponseReturnValue:
        return render(apis_page())

    def text(name: str) -> ResponseReturnValue:
        return render_once(TextPage(f"about/{name}.html"))

    blueprint.add_url_rule("/", "home", home)
    blueprint.add_url_rule("/about", "about", lambda: text("about"))
    blueprint.add_url_rule("/about/apis", "apis", apis)
    blueprint.add_url_rule("/about/privacy", "privacy", lambda: text("privacy"))
    blueprint.add_url_rule(
        "/about/accessibility", "accessibility", lambda: text("accessibility")
    )
    blueprint.add_url_rule("/about/patterns", "patterns", lambda: render(patterns_page(parts)))
    return blueprint
