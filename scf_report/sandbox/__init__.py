"""A city to try the app on: a truthful stand-in for SeeClickFix.

It speaks Open311, APIv2 and OAuth 2. It shares no code with the rest and keeps its state in one
SQLite file of its own. What it plays is the table in ``facts``; what it is told to play otherwise
is in ``switchboard``.
"""

from scf_report.sandbox.app import Sandbox, create_sandbox

__all__ = ["Sandbox", "create_sandbox"]
