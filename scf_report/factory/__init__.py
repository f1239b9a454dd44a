"""The composition root: the one place that names concrete classes and reads the settings."""

from scf_report.factory.app import create_app
from scf_report.factory.core import DEMO_PLACES, PROJECT, Core, build_core

__all__ = ["DEMO_PLACES", "PROJECT", "Core", "build_core", "create_app"]
