"""What one pass over an HTML page finds, before anything is chosen."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.policy.document import BlockKind


@dataclass(frozen=True, slots=True)
class Node:
    """A block-level element. `parent` is its index, below its own; -1 for the first.

    `tokens` are the lower-case words of its class, id and role.
    """

    parent: int
    tag: str
    tokens: frozenset[str]
    hidden: bool


@dataclass(slots=True)
class HtmlBlock:
    """A block and what tells content from the page around it.

    Attributes:
        node: Index of the innermost element around it.
        chars, link_chars, anchor_chars: Characters without white space: all, in
            links to elsewhere, and in links within the page.
        faux: A heading by its look only.
        is_guess: A heading by its words only.
        is_bold: A short line, all of it bold.
    """

    kind: BlockKind
    text: str
    level: int
    node: int
    chars: int
    link_chars: int = 0
    anchor_chars: int = 0
    faux: bool = False
    is_guess: bool = False
    is_bold: bool = False


@dataclass(slots=True)
class HtmlPage:
    """A page as flat lists. `payloads` are scripts that carry JSON."""

    title: str = ""
    nodes: list[Node] = field(default_factory=list)
    blocks: list[HtmlBlock] = field(default_factory=list)
    payloads: list[str] = field(default_factory=list)
