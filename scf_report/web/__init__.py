"""HTTP in, HTML out: one blueprint a family of pages, each view a form, one call, a redirect."""
