"""Who is behind a host: domains, owners, block lists, and names that hide others."""
