"""The public pages: read-only, of published entries alone."""
