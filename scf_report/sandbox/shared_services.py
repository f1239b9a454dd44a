"""What both demo cities offer to people with an account only."""

from scf_report.sandbox.services import Service, moment, note, several, yes_or_no


def for_accounts(code: int, department: str) -> tuple[Service, ...]:
    """Make three services numbered from ``code``: a noise, what only informs, a question.

    Their flags are those that upstream.md 2.2 records beside the usual ones.
    """
    return (
        Service(
            code=code,
            name="Noise from a building site or business",
            organization=department,
            description="You must be signed in, and your name is shown.",
            guests=False,
            nameless=False,
            attributes=(
                yes_or_no("Is it going on right now?", required=True),
                several(
                    "On which days is it loud?",
                    {"DAYS_WEEK": "Monday to Friday", "DAYS_WEEKEND": "Saturday and Sunday"},
                ),
                moment("When did it begin?"),
            ),
        ),
        Service(
            code=code + 1,
            name="Fire or crime in progress",
            organization=department,
            description="This cannot be reported here.",
            guests=False,
            blocked=True,
            attributes=(note("Call 911 now. Nobody reads this in time."),),
        ),
        Service(
            code=code + 2,
            name="Question about a city service",
            organization=department,
            description="No place is needed.",
            guests=False,
            placed=False,
        ),
    )
