"""APIv2 of the sandbox (upstream.md section 2), on the same reports as its Open311 side."""

from scf_report.sandbox.api.routes import ApiV2

__all__ = ["ApiV2"]
