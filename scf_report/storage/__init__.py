"""Keeping a promise: the only home of SQL and of picture decoding."""
