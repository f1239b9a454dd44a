"""The front door through which anyone reports a street problem, and can trust that it arrived."""

__version__ = "0.1.0"
