"""Photos before they are shared: what they give away, and a copy that does not."""
