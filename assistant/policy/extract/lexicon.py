"""The word lists that extraction counts and compares, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml

WordList = Literal["policy_terms", "stop_words", "small_words"]


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word lists, and the names that sites give to the parts of a page.

    Attributes:
        policy_terms: Words that policies and terms are made of.
        stop_words: Function words of running text.
        small_words: Words that stay in lower case in titles.
        page_phrases: Whole blocks, in lower case, that only help to use the page.
        hints: Part of a page → words in class, id and role that name it.
        whole_page_share: From this share of a page's prose on, an element's name says nothing.
        navigation_links: Share of its characters in links that makes an element navigation.
        main_shares: Shares of the policy's words that define the main element.
    """

    policy_terms: str
    stop_words: str
    small_words: str
    page_phrases: frozenset[str]
    hints: Mapping[str, tuple[str, ...]]
    whole_page_share: float
    navigation_links: float
    main_shares: tuple[float, ...]


@cache
def lexicon() -> Lexicon:
    """The word lists of `extract.yaml`."""
    return load_yaml(Lexicon, folder("policy") / "extract.yaml")


@cache
def words_of(name: WordList) -> frozenset[str]:
    """One word list as a set."""
    text: str = getattr(lexicon(), name)
    return frozenset(text.split())


@cache
def hint_words() -> dict[str, frozenset[str]]:
    """Part of a page → the words that name it."""
    return {name: frozenset(words) for name, words in lexicon().hints.items()}
