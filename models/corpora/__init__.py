"""Labelled corpora as windows of text, split alike for all tasks. One module a corpus."""
