"""The floor for pages: Flask and one Jinja template, nothing else, of whatever size is asked for."""

from flask import Flask, render_template
from jinja2 import DictLoader

LINE = "Some words that fill a line of a page."
PAGE = """<!DOCTYPE html>
<html lang="en">
  <head><meta charset="utf-8"><title>{{ title }}</title></head>
  <body>
    <h1>{{ title }}</h1>
    {% for number in range(lines) %}
    <p>{{ line }}</p>
    {% endfor %}
  </body>
</html>"""


def create_app() -> Flask:
    """Build it."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"page.html": PAGE})

    @app.get("/<int:size>")
    def page(size: int) -> str:
        lines = size // (len(LINE) + 13)
        return render_template("page.html", title="A bare page", line=LINE, lines=lines)

    return app
