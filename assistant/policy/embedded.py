"""The models that ship, as the policy job asks them."""

from __future__ import annotations

from assistant import language
from assistant.policy.analyze import PolicyModels

NAMES = (
    "doctype",
    "encoder",
    "practices",
    "attributes",
    "data_types",
    "transparency",
    "clauses",
    "clauses_other",
    "cases",
    "questions",
)
"""Whose versions a policy report names."""


def embedded_models(threads: int = 0) -> PolicyModels:
    """The embedded models; each loads when it first gets a text.

    Args:
        threads: Of the encoder; 0 takes up to two cores.

    Raises:
        DamagedModel: A model is missing or its manifest is damaged.
    """
    return PolicyModels(
        language=language.language_detector(),
        document_type=language.document_type_classifier(),
        encoder=language.text_encoder(threads),
        practices=language.passage_classifier("practices"),
        tagger=language.span_tagger(),
        transparency=language.passage_classifier("transparency"),
        clauses=language.passage_classifier("clauses"),
        other_clauses=language.clause_classifier,
        cases=language.passage_classifier("cases"),
        questions=language.question_reader(threads),
    )
