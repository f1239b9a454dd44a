"""Talking to SeeClickFix APIv2: what a person does as themselves."""
