"""Clauses worth reading twice in German, Italian and Polish terms of service.

Nothing else is read in these languages: the only labelled texts at hand are of
such clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from assistant.language.protocols import SentenceClassifier
from assistant.policy.clauses import clause_knowledge, clauses_of
from assistant.policy.details import Clause
from assistant.policy.document import BlockKind, Document
from assistant.report import TextSpan

if TYPE_CHECKING:
    from spacy.language import Language

_TITLE_WITHIN = 1_500
"""Characters within which terms of service say what they are."""


def is_foreign_terms(document: Document, language: str) -> bool:
    """Whether a text in that language calls itself terms of service, and such are looked at."""
    titles = clause_knowledge().terms_titles.get(language, ())
    opening = f"{document.title}\n{document.text[:_TITLE_WITHIN]}".lower()
    return any(re.search(rf"\b{re.escape(title)}", opening) for title in titles)


def find_foreign_clauses(
    document: Document, language: str, classifier: SentenceClassifier
) -> tuple[Clause, ...]:
    """Every sentence that is of one of the kinds, in text order, as `find_clauses` for English."""
    spans = tuple(_sentences(document, language))
    scores = classifier.classify([span.quote for span in spans])
    return clauses_of(spans, scores, classifier.labels, classifier.thresholds)


def _sentences(document: Document, language: str) -> Iterator[TextSpan]:
    """The sentences of every block but the headings."""
    splitter = _splitter(language)
    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            continue
        text = document.text[block.start : block.end]
        for sentence in splitter(text).sents:
            if quote := sentence.text.strip():
                start = block.start + sentence.start_char + sentence.text.index(quote)
                yield TextSpan(start, start + len(quote), quote)


@cache
def _splitter(language: str) -> Language:
    """Cuts text into sentences, knowing the language's abbreviations."""
    import spacy

    splitter = spacy.blank(language)
    splitter.add_pipe("sentencizer")
    return splitter
