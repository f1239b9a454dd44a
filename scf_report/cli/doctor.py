"""``flask doctor``: one line for each thing, and exit status 1 if one does not work."""

import click

from scf_report.usecases.doctor import Doctor
from scf_report.usecases.findings import Finding, Verdict

WORDS = {
    ("settings", "ok"): "fit together",
    ("settings", "no public address"): "the app does not know its address — set SCF_PUBLIC_URL",
    ("settings", "no trusted proxy"): "https comes through a proxy that is not trusted, so all "
    "visitors share one limit — set SCF_TRUSTED_PROXIES",
    ("key", "ok"): "is set",
    ("key", "own file"): "the demo's own, in {path}",
    ("key", "readable by others"): "{path} can be read by others — chmod 600",
    ("key", "missing"): "{number} deliveries are sealed with a key that is gone — put it back "
    "into SCF_SECRET_KEY, behind the new one",
    ("sign-in", "ok"): "authorization code with PKCE",
    (
        "sign-in",
        "implicit",
    ): "the implicit flow, which is weaker — ask the city for the other one",
    ("sign-in", "off"): "nobody can — set SCF_OAUTH_CLIENT_ID",
    ("data folder", "ok"): "{path}, {free} free",
    ("data folder", "missing"): "there is no {path} — make it, or set SCF_DATA_DIR",
    ("data folder", "read only"): "{path} cannot be written — give it to the app's user",
    ("data folder", "little room"): "{path} has {free} left — make room",
    (
        "data folder",
        "full",
    ): "{path} has {free} left, reports are about to be refused — make room",
    ("static files", "ok"): "compressed copies are there",
    ("static files", "missing"): "no compressed copies, pages are heavier — make setup",
    ("map data", "ok"): "is there",
    ("map data", "missing"): "{path} is missing, no address is found — make setup",
    ("translations", "ok"): "are compiled",
    ("translations", "missing"): "{path} is missing, pages are English only — make setup",
    ("mail", "ok"): "the server takes our name",
    ("mail", "away"): "the server does not ({trouble}) — look at SCF_MAIL_URL; messages wait",
    ("database", "ok"): "answers, is up to date and can be written",
    ("database", "away"): "does not answer — start it, or correct SCF_DATABASE_URL",
    ("database", "outdated"): "its tables are not this version's — flask --app app migrate",
    (
        "database",
        "read only",
    ): "cannot be written — look at its disk, its locks and the role's rights",
    ("upstream", "ok"): "answers",
    (
        "upstream",
        "too many calls",
    ): "wants fewer calls (429) — lower SCF_UPSTREAM_RATE, or find who "
    "else calls from this address",
    (
        "upstream",
        "not_asked",
    ): "not asked, other calls have used the budget — try again in a minute",
    (
        "upstream",
        "unreachable",
    ): "no connection to {url} — check SCF_UPSTREAM, name service and firewall",
    (
        "upstream",
        "unanswered",
    ): "no answer from {url} — ask the city; reports are kept meanwhile",
    (
        "upstream",
        "unusable",
    ): "what {url} answers is not Open311 — flask --app app probe shows it",
    ("budget", "ok"): "{left} of {calls} calls may start now",
    (
        "budget",
        "spent",
    ): "none of {calls} calls may start now — wait; if it stays so, agree on more",
    ("budget", "unknown"): "Redis does not answer, so no call may start — start it, or look at "
    "SCF_REDIS_URL",
    ("budget", "paused"): "the city wants no call for {seconds} s — wait",
    ("clock", "ok"): "right",
    ("clock", "not told"): "the upstream names no time to compare with",
    (
        "clock",
        "database",
    ): "this machine and the database differ by {seconds} s — synchronize them",
    (
        "clock",
        "upstream",
    ): "this machine and the upstream differ by {seconds} s — synchronize this one",
    ("clock", "upstream far off"): "the upstream differs by {seconds} s, so that look-ups miss "
    "reports — synchronize this machine, or tell the city",
    ("deliveries", "ok"): "{waiting} under way",
    ("deliveries", "no worker"): "due for {minutes} min and no worker takes them — start "
    "flask --app app deliver",
    ("deliveries", "undecided"): "{number} wait for a person — flask --app app outbox list "
    "--state undecided",
    (
        "deliveries",
        "of another city",
    ): "{number} wait for an upstream that is not configured now — "
    "start a worker with its settings",
}
"""What each finding says: what was seen and, unless all is well, what to do."""


def doctor_command(doctor: Doctor) -> click.Command:
    """Make the command."""

    @click.command("doctor", help="Examine the installation, a line for each thing.")
    @click.pass_context
    def run(context: click.Context) -> None:
        failed = False
        for finding in doctor.examine():
            click.echo(_line(finding))
            failed = failed or finding.verdict is Verdict.FAIL
        context.exit(1 if failed else 0)

    return run


def _line(finding: Finding) -> str:
    words = WORDS[finding.thing, finding.code].format(**finding.facts)
    return f"{finding.verdict.value:5} {finding.thing:13} {words}"
