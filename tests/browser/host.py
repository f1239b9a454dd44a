"""A page of a city's own site with the form in a frame."""

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Harbor City</title></head>
<body><h1>Streets and sidewalks</h1>
<iframe id="form" src="{src}" title="Report a problem" width="400" height="300"></iframe>
<script>
  const heard = [];
  addEventListener("message", ({{ origin, data }}) => {{
    heard.push({{ origin, data }});
    if (data.type === "report:height") document.getElementById("form").height = data.height;
  }});
</script></body></html>"""


class HostPage(BaseHTTPRequestHandler):
    """Frames the address in ``?src=`` and makes the frame as high as it asks to be."""

    def do_GET(self) -> None:  # the name http.server calls
        """Answer with the page."""
        src = parse_qs(urlsplit(self.path).query).get("src", [""])[0]
        body = PAGE.format(src=src).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        """Say nothing."""
