"""Settings: read once from SCF_* environment variables, checked as a whole, then frozen."""

from scf_report.settings.model import PREFIX, Settings, SettingsError
from scf_report.settings.values import read_rate

__all__ = ["PREFIX", "Settings", "SettingsError", "read_rate"]
