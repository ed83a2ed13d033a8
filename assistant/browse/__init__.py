"""The page in a browser of its own: what it does when it is loaded, typed into and refused.

An edge: it drives Chromium on this computer and hands back one record
(`assistant.site.record.observation`). What was typed or stored never enters the record.
"""

from assistant.browse.observe import Browsed as Browsed
from assistant.browse.observe import observe_in_browser as observe_in_browser
from assistant.browse.pace import Pace as Pace
