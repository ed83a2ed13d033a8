"""What kind of document a name like `Service_Cookie Policy` says it is."""

from __future__ import annotations

import re

from assistant.language.protocols import DocumentType

_SPACES = re.compile(r"[\W_]+")
_PRIVACY = re.compile(
    r"\b(privacy|data protection|data polic\w+|data use polic\w+|datenschutz\w*)\b"
)
_TERMS = re.compile(
    r"\b(terms|tos|conditions|(user|customer|license|licence|service|services|subscriber|"
    r"membership|visitor|subscription) agreement|eula|end user licen[sc]e)\b"
)
_COOKIES = re.compile(r"\bcookies?\b")
_OTHER = re.compile(
    r"\b(dmca|digital millennium|copyright|trademark|intellectual property|guidelines|"
    r"code of conduct|conduct|refunds?|returns?|cancellations?|shipping|warranty|faq|"
    r"about|accessibility|imprint|impressum|slavery|editorial|vulnerability|"
    r"responsible disclosure|canary|transparency report|subprocessors|content policy|"
    r"advertising policy|legal process|export control|dispute resolution|support policy|"
    r"community)\b"
)
_MIXED = re.compile(
    r"\b(acceptable|addendum|processing|additional|all legal|legal documents|"
    r"california|ccpa|gdpr|do not sell|notice of privacy practices|collection statement|"
    r"principles|settings|center|centre|shield|framework|disclaimers?|service level|"
    r"rules|security|affiliate)\b"
)


def service_of_name(name: str) -> str:
    """The part of a name that says whose document it is, for grouping."""
    parts = name.split("__") if "__" in name else name.split("_")
    whose = parts[-2] if len(parts) > 1 else name
    return _SPACES.sub(" ", whose.lower()).strip()


def type_of_name(name: str) -> DocumentType | None:
    """The type that a name states, or None where it states none or several.

    A policy on privacy and cookies counts as a privacy policy. Names that join
    terms with privacy, and kinds that stand between the types (data processing
    agreements, acceptable use, disclaimers, security), state none.
    """
    kind = _SPACES.sub(" ", re.split(r"_+", name)[-1].lower()).strip()
    if _MIXED.search(kind):
        return None
    privacy, terms, cookies, other = (
        pattern.search(kind) is not None for pattern in (_PRIVACY, _TERMS, _COOKIES, _OTHER)
    )
    if other:
        return None if privacy or terms or cookies else DocumentType.OTHER
    if privacy and not terms:
        return DocumentType.PRIVACY_POLICY
    if terms and not privacy and not cookies:
        return DocumentType.TERMS
    if cookies and not terms:
        return DocumentType.COOKIES
    return None
