"""The shared form module: questions become fields, what was posted becomes answers; steps and form tokens."""
