"""The one door to the network.

`Fetcher.fetch` gets one page that the person asked for, straight from its own
site, and nothing else here opens a connection.
"""

from assistant.fetch.addresses import Resolve
from assistant.fetch.fetcher import USER_AGENT, Fetcher
from assistant.fetch.page import Page

__all__ = ["USER_AGENT", "Fetcher", "Page", "Resolve"]
