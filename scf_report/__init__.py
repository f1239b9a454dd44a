"""The front door through which anyone reports a street problem, and can trust that it arrived."""
