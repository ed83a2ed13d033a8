"""Block lists at the edge: found on this computer, fetched on demand, taken back.

No list comes with the program. In the folder `lists` of `data_dir` lie those
that the person put there and those that `update_lists` fetched; of the latter
`state.json` says what the bytes were, and a file that is other is not used.
"""

from assistant.lists.loading import ListFile, LoadedLists, Origin, load_lists
from assistant.lists.updating import Change, ListUpdate, lists_fetcher, roll_back, update_lists

__all__ = [
    "Change",
    "ListFile",
    "ListUpdate",
    "LoadedLists",
    "Origin",
    "lists_fetcher",
    "load_lists",
    "roll_back",
    "update_lists",
]
