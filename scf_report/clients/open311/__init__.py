"""Open311 GeoReport v2 as the standard says and as servers really speak it (upstream.md section 4.1)."""
