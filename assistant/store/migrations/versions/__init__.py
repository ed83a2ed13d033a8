"""One module a revision, oldest first. A published revision is never edited."""
