"""The only package that touches the database: reports kept on this computer, and tokens."""

from assistant.store.store import HistoryEntry, Store, Token

__all__ = ["HistoryEntry", "Store", "Token"]
