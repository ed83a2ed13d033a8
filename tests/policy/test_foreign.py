"""Terms of service in German, Italian and Polish: their clauses are shown, and nothing is rated."""

from __future__ import annotations

import pytest

from assistant import language
from assistant.policy.analyze import PolicyAnalysis, analyze_policy
from assistant.policy.embedded import embedded_models
from assistant.policy.extract import extract

GERMAN = """# Nutzungsbedingungen der Beispiel GmbH

Diese Nutzungsbedingungen regeln, wie Sie unseren Dienst verwenden dürfen, und gelten ab heute.
Bitte lesen Sie sie aufmerksam durch, z. B. bevor Sie ein Konto anlegen und etwas veröffentlichen.

## Haftung

Wir haften nicht für mittelbare Schäden, entgangenen Gewinn oder den Verlust von Daten, soweit dies
gesetzlich zulässig ist. Unser Büro liegt in einer ruhigen Straße.

## Änderungen

Wir können diese Nutzungsbedingungen jederzeit ohne Angabe von Gründen ändern.
"""
ITALIAN = """# Condizioni d'uso di Esempio

Le presenti condizioni d'uso regolano il modo in cui puoi utilizzare il nostro servizio da oggi.

Nella misura massima consentita dalla legge, non saremo responsabili per danni indiretti, perdita di
profitti o perdita di dati. Il nostro ufficio si trova in una strada tranquilla.

Le immagini che vedi nelle pagine sono state fatte da noi durante una lunga passeggiata in montagna,
e puoi guardarle con calma quando vuoi, da solo oppure insieme alle persone a cui vuoi bene.
"""
POLISH = """# Regulamin serwisu Przykład

Niniejszy regulamin określa zasady korzystania z naszego serwisu i obowiązuje od dzisiaj wszystkich.

W maksymalnym zakresie dozwolonym przez prawo nie ponosimy odpowiedzialności za szkody pośrednie,
utratę zysków ani utratę danych. Nasze biuro znajduje się przy spokojnej ulicy niedaleko dworca.

Zdjęcia, które widzisz na stronach, zrobiliśmy sami podczas długiego spaceru po górach, i możesz je
spokojnie oglądać, kiedy tylko chcesz, samotnie albo razem z ludźmi, których lubisz najbardziej.
"""
NOTICE = """# Datenschutzerklärung der Beispiel GmbH

Wir erheben Ihren Namen und Ihre E-Mail-Adresse, wenn Sie ein Konto anlegen, und löschen beides,
sobald Sie das Konto schließen. Wir haften nicht für mittelbare Schäden oder entgangenen Gewinn.
Außerdem speichern wir, welche Seiten Sie wann aufgerufen haben, damit der Dienst sicher bleibt.
Fragen beantwortet unsere Datenschutzbeauftragte gern, und zwar auch telefonisch an allen Tagen.
"""


def analysed(text: str) -> PolicyAnalysis:
    document = extract(text.encode(), media_type="text/markdown", max_chars=10**6)
    return analyze_policy(document, embedded_models())


@pytest.mark.parametrize(("code", "text"), [("de", GERMAN), ("it", ITALIAN), ("pl", POLISH)])
def test_clauses_are_shown_with_their_words_and_nothing_is_rated(code: str, text: str) -> None:
    analysis = analysed(text)
    details = analysis.details
    assert details.language == code
    assert "limited-liability" in {clause.kind for clause in details.clauses}
    for clause in details.clauses:
        assert details.text[clause.start : clause.end] == clause.text
    assert analysis.rating.grade is None
    assert analysis.findings == ()
    [gap] = analysis.unchecked
    assert code in gap.why


def test_a_harmless_sentence_is_no_clause() -> None:
    quoted = [clause.text for clause in analysed(GERMAN).details.clauses]
    assert not any("ruhigen Straße" in text for text in quoted)
    assert any("jederzeit" in text for text in quoted)


def test_a_privacy_policy_in_german_is_refused_as_before() -> None:
    analysis = analysed(NOTICE)
    assert analysis.details.language == "de"
    assert analysis.details.clauses == ()
    assert analysis.rating.grade is None


def test_a_language_that_no_model_knows_is_an_error() -> None:
    from assistant.errors import DamagedModel

    with pytest.raises(DamagedModel):
        language.clause_classifier("fr")
