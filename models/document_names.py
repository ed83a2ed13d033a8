"""What kind of document a name like `Service_Cookie Policy` says it is, and when to doubt it.

Saved pages are often not what they are called: error pages, menus, a page with
every policy of a site, terms under the name of a policy. What decides here is
the name and simple properties of the text, never a model's opinion.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence

from assistant.language.protocols import DocumentType
from models.data import NamedText

_SPACES = re.compile(r"[\W_]+")
_SPACES_AND_DIGITS = re.compile(r"[\W\d_]+")
_KEY_CHARS = 4_000
_PRIVACY = re.compile(
    r"\b(privacy|data protection|data polic\w+|data use polic\w+|datenschutz\w*)\b"
)
_TERMS = re.compile(
    r"\b(terms?|tos|conditions|(user|customer|license|licence|service|services|subscriber|"
    r"membership|visitor|subscription) agreement|eula|end user licen[sc]e)\b"
)
_COOKIES = re.compile(r"\bcookies?\b")
_OTHER = re.compile(
    r"\b(dmca|digital millenn?ium|copyright|trademark|intellectual property|guidelines|"
    r"code of conduct|conduct|refunds?|returns?|cancell?ations?|shipping|faq|"
    r"about|accessibility|imprint|impressum|slavery|editorial|vulnerability|"
    r"responsible disclosure|canary|transparency report|subprocessors|"
    r"advertising policy|legal process|community)\b"
)
_MIXED = re.compile(
    r"\b(acceptable|addendum|processing|additional|all legal|legal documents|"
    r"legal (and|privacy)|california|ccpa|gdpr|do not sell|notice of privacy pra\w+|"
    r"collection statement|principles|settings|center|centre|shield|framework|"
    r"disclaim\w*|disclosures|service level|rules|security|affiliate|content policy|"
    r"warranty|dispute\w*|export control|support policy|white?p?a?p?e?r?|"
    r"delete|deleted|deprecated)\b"
)
_WEAK = re.compile(r"\b(about|community)\b")
_CUT_OFF = re.compile(r"(\.\.\.|…)\s*$")
_JOINED = re.compile(r"\b(?:and|your)\b|[&,:;+/]")
_PAIR = re.compile(r"\bterms\s*(?:and|&)\s*c\w*|\blicen[sc]e\s*(?:and|&)\s*terms\b")

_WORD = re.compile(r"[^\W\d_]+")
_GLUE = frozenset(
    _WORD.findall(
        "a an and any are as at be by for from has have if in is it may not of on or our that "
        "the their these this to us we will with you your i my"
    )
)
_READ_CHARS = 60_000
_MIN_WORDS = 40
_WINDOW = 100
_PROSE = 0.25
_SHORT_WORDS = 250
_FAILURE = re.compile(
    r"\b404\b|not found|(?:could ?n.t|can ?.t|cannot|unable to) (?:find|be found|locate)|"
    r"does ?n.t exist|no longer (?:exists|available)|access(?: to this page has been)? denied|"
    r"verify (?:that )?you are (?:a )?human|are you a robot|checking (?:if|your)|"
    r"(?:enable|turn on|requires?|without) javascript|javascript (?:is|required)|"
    r"failed to load|something went wrong|not (?:available|accessible) in|"
    r"site owner|service area|be back soon|under (?:construction|maintenance)"
)
_OWN_NAMES = {
    DocumentType.PRIVACY_POLICY: re.compile(
        r"\bthis (?:\w+ ){0,2}(?:privacy|data protection|data) (?:and cookies? )?"
        r"(?:policy|notice|statement)"
    ),
    DocumentType.TERMS: re.compile(
        r"\bthese (?:\w+ ){0,2}(?:terms|conditions|t&cs)\b|"
        r"\bthis (?:\w+ ){0,3}(?:agreement|eula)\b"
    ),
    DocumentType.COOKIES: re.compile(
        r"\bthis (?:\w+ )?cookies? (?:policy|notice|statement)\b|"
        r"\bcookies? (?:policy|notice|statement) of\b"
    ),
}
_OFTEN = 3
_BOTH_SHARE = 0.2


def service_of_name(name: str) -> str:
    """The part of a name that says whose document it is, for grouping."""
    parts = name.split("__") if "__" in name else name.split("_")
    whose = parts[-2] if len(parts) > 1 else name
    return _SPACES.sub(" ", whose.lower()).strip()


def type_of_name(name: str) -> DocumentType | None:
    """The type that a name states, or None where it states none or several.

    A policy on privacy and cookies counts as a privacy policy. Names that join
    terms with privacy, names that are cut off where a second kind may follow,
    and kinds that stand between the types (data processing agreements,
    acceptable use, disclaimers, warranties, security), state none.
    """
    written = re.split(r"_+", name)[-1].lower()
    kind = _SPACES.sub(" ", written).strip()
    if _MIXED.search(kind) or (_CUT_OFF.search(written) and _hides_more(written)):
        return None
    privacy, terms, cookies, other = (
        pattern.search(kind) is not None for pattern in (_PRIVACY, _TERMS, _COOKIES, _OTHER)
    )
    if other:
        weak = _CUT_OFF.search(written) and _WEAK.search(kind)
        return None if privacy or terms or cookies or weak else DocumentType.OTHER
    if privacy and not terms:
        return DocumentType.PRIVACY_POLICY
    if terms and not privacy and not cookies:
        return DocumentType.TERMS
    if cookies and not terms:
        return DocumentType.COOKIES
    return None


def _hides_more(written: str) -> bool:
    """Whether a name that is cut off goes on after an `and` or a comma."""
    return _JOINED.search(_PAIR.sub("terms", _CUT_OFF.sub("", written))) is not None


def is_document(text: str) -> bool:
    """Whether there is a text to speak of: not a few words, a bare menu or an error page.

    Running prose is known by its function words, at least a quarter of some
    stretch of 100 words; texts in other languages fail here too. A short text
    that speaks of a failure, and never of itself as a document, is an error page.
    """
    read = text[:_READ_CHARS].lower()
    words = _WORD.findall(read)
    if len(words) < _MIN_WORDS or not _has_prose(words):
        return False
    if len(words) >= _SHORT_WORDS or not _FAILURE.search(read):
        return True
    return any(own.search(read) for own in _OWN_NAMES.values())


def _has_prose(words: Sequence[str]) -> bool:
    size = min(_WINDOW, len(words))
    starts = range(0, len(words) - size + 1, max(1, size // 2))
    return any(
        sum(word in _GLUE for word in words[start : start + size]) >= _PROSE * size
        for start in starts
    )


def contradicts(text: str, kind: DocumentType) -> bool:
    """Whether a text calls itself something else than `kind`, or two things at once.

    "This privacy policy" three times and "these terms" never is no terms. Both
    often, and neither by far the most, are two documents on one page.
    """
    read = text[:_READ_CHARS].lower()
    counts = {each: len(own.findall(read)) for each, own in _OWN_NAMES.items()}
    own = counts.pop(kind, 0)
    if own == 0:
        return max(counts.values()) >= _OFTEN
    if kind is DocumentType.PRIVACY_POLICY:
        del counts[DocumentType.COOKIES]
    fewer, more = sorted((own, max(counts.values())))
    return fewer >= _OFTEN and fewer >= _BOTH_SHARE * more


def type_of_document(name: str, text: str) -> DocumentType | None:
    """The type that the name states, or None where the text gives reason to doubt it."""
    kind = type_of_name(name)
    if kind is None or not is_document(text) or contradicts(text, kind):
        return None
    return kind


def text_key(text: str) -> str:
    """The same for texts whose start and middle differ in spacing, case and digits alone."""
    half = len(text) // 2
    parts = text[:_KEY_CHARS] + text[max(_KEY_CHARS, half) : half + _KEY_CHARS]
    return hashlib.sha256(_SPACES_AND_DIGITS.sub(" ", parts.lower()).encode()).hexdigest()


def types_of_documents(documents: Sequence[NamedText]) -> list[DocumentType | None]:
    """`type_of_document` of each, and None for a text kept under names of two types."""
    named = [type_of_name(each.name) for each in documents]
    keys = [text_key(each.text) for each in documents]
    kinds: defaultdict[str, set[DocumentType]] = defaultdict(set)
    for key, kind in zip(keys, named, strict=True):
        if kind is not None:
            kinds[key].add(kind)
    return [
        type_of_document(each.name, each.text) if len(kinds[key]) == 1 else None
        for each, key in zip(documents, keys, strict=True)
    ]
