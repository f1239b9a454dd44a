"""Talking to upstreams: one transport for all, a folder for each protocol."""
