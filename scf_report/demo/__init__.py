"""Builds the demo's map data as plain files; shares files, but no code, with the rest."""
