"""The shared geo-lookup: from place to address and back, to request types, and to issues nearby."""
