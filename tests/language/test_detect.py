import pytest

from assistant.language import language_detector


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We collect your email address and never pass it on to anybody else.", "en"),
        ("Wir erheben Ihre E-Mail-Adresse und geben sie niemals an andere weiter.", "de"),
        ("Nous recueillons votre adresse électronique et ne la communiquons à personne.", "fr"),
        ("Recogemos su dirección de correo y no la compartimos con nadie más.", "es"),
        ("私たちはお客様のメールアドレスを収集し、他の誰にも渡しません。", "ja"),
    ],
)
def test_one_sentence_is_enough(text: str, code: str) -> None:
    guess = language_detector().detect(text)
    assert guess.code == code
    assert 0.5 <= guess.confidence <= 1


@pytest.mark.parametrize("text", ["", "  \n ", "Cookies", "Privacy Policy", "12345 67890 !!! 2025"])
def test_too_little_text_is_undecided(text: str) -> None:
    assert language_detector().detect(text).code == "und"


def test_a_menu_in_another_language_does_not_decide() -> None:
    menu = "Startseite Produkte Über uns Kontakt Anmelden Datenschutz Impressum\n"
    text = menu + "We collect your email address and never pass it on to anybody else. " * 200
    assert language_detector().detect(text).code == "en"


def test_odd_bytes_are_no_failure() -> None:
    assert language_detector().detect("\ud800\x00" * 50 + "☃" * 50).code == "und"
