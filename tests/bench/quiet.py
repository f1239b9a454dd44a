"""Benchmarks print tables; what the app tells its log beside them would hide these."""

import logging

import structlog


def quiet() -> None:
    """Let only errors through, in this process."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.getLogger().setLevel(logging.ERROR)
