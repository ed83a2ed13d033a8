"""Reports as a person reads them: in the terminal, as one HTML page, as Markdown."""
