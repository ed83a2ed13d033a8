"""How image files are built: one module a format, which knows its pieces, not what they mean."""
