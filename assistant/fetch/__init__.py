"""The one door to the network.

`Fetcher` gets pages that the person asked for, straight from their own sites,
and nothing else here opens a connection. `names` asks the resolver where names
lead to, and connects to nothing.
"""

from assistant.fetch.addresses import Resolve
from assistant.fetch.fetcher import USER_AGENT, Fetcher
from assistant.fetch.page import Page, Redirect

__all__ = ["USER_AGENT", "Fetcher", "Page", "Redirect", "Resolve"]
