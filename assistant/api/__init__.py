"""The local HTTP API and the page: parse, call the service, serialise."""
