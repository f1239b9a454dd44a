"""Tokens for forms under test."""

from datetime import UTC, datetime

import pytest

from scf_report.forms.csrf import BoundToken, FormTokens


@pytest.fixture
def token() -> BoundToken:
    """Return the token of one draft's steps, at a fixed time."""
    tokens = FormTokens(["key"], clock=lambda: datetime(2026, 11, 21, 12, tzinfo=UTC))
    return tokens.bound("step", "draft")
