"""``python -m scf_report.sandbox``: the sandbox city alone, filling it, or a token for it."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scf_report.sandbox.alone import make_alone
from scf_report.sandbox.app import create_sandbox
from scf_report.sandbox.oauth.tokens import issue_for
from scf_report.sandbox.people import PEOPLE

_DESCRIPTION = """\
A city to try a client on: Open311 (GeoReport v2) and APIv2 the way SeeClickFix serves them, on this
machine only. It stores what it is sent, shows it on a page, and breaks in the ways you ask for."""
_EPILOG = """\
examples:
  python -m scf_report.sandbox --port 8311
  python -m scf_report.sandbox seed --issues 300
  curl 'http://127.0.0.1:8311/open311/v2/101/services.json'
  curl -d service_code=10106 -d lat=41.8814 -d long=-87.6568 -d description='Dead squirrel' \\
       http://127.0.0.1:8311/open311/v2/101/requests.json
  curl http://127.0.0.1:8311/received.json
  curl -H "Authorization: Bearer $(python -m scf_report.sandbox token --person 2001)" \\
       http://127.0.0.1:8311/api/v2/profile
  curl -d fault=drop -d count=1 -d only=post http://127.0.0.1:8311/switches
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; or fill the city, or make a token, and end."""
    options = _parser().parse_args(arguments)
    sandbox = create_sandbox(options.database, places=options.places)
    if options.command == "seed":
        added = sandbox.seed(options.issues)
        sys.stdout.write(f"Added {added} issues to {options.database}.\n")
        return 0
    if options.command == "token":
        with sandbox.store.writing() as db:
            token = issue_for(db, options.person, time.time(), options.life)
        sys.stdout.write(f"{token}\n")
        return 0
    server = make_alone(sandbox, options.port)
    sys.stdout.write(
        f"The sandbox city is at http://{server.host}:{server.port}/ (Ctrl+C ends it).\n"
    )
    sys.stdout.flush()
    server.serve_forever()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scf_report.sandbox",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--port", type=int, default=8311, help="port on 127.0.0.1 (8311; 0: any)"
    )
    _add_files(parser, Path("var/sandbox.sqlite"))
    commands = parser.add_subparsers(dest="command", metavar="seed | token")
    seeding = commands.add_parser("seed", help="add made-up issues; repeating it adds nothing")
    seeding.add_argument(
        "--issues", type=_count, required=True, metavar="N", help="how many there shall be"
    )
    _add_files(seeding, argparse.SUPPRESS)
    personal = commands.add_parser("token", help="make a personal access token, and print it")
    personal.add_argument(
        "--person",
        type=int,
        required=True,
        choices=[person.id for person in PEOPLE],
        help="; ".join(f"{person.id}: {person.name}" for person in PEOPLE),
    )
    personal.add_argument(
        "--life",
        type=_count,
        default=86_400,
        metavar="SECONDS",
        help="how long it works (a day)",
    )
    _add_files(personal, argparse.SUPPRESS)
    return parser


def _add_files(parser: argparse.ArgumentParser, database: Path | str) -> None:
    # The subcommand suppresses its defaults, which would else overwrite what stands before it.
    places = None if isinstance(database, Path) else database
    parser.add_argument(
        "--database",
        type=Path,
        default=database,
        metavar="FILE",
        help="SQLite file that holds everything (var/sandbox.sqlite)",
    )
    parser.add_argument(
        "--places",
        type=Path,
        default=places,
        metavar="DIR",
        help="folder with <city>/seeds.json, real addresses for made-up issues",
    )


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
