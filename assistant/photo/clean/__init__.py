"""A copy of a photo that does not tell: without metadata, with regions covered."""

from assistant.photo.clean.cleaning import clean as clean
from assistant.photo.clean.cleaning import neutral_name as neutral_name
from assistant.photo.clean.covering import Style as Style
from assistant.photo.clean.pixels import same_pixels as same_pixels
from assistant.photo.clean.redaction import Redacted as Redacted
from assistant.photo.clean.redaction import redact as redact
from assistant.photo.clean.reencoding import reencode as reencode
from assistant.photo.clean.shapes import BadBox as BadBox
from assistant.photo.clean.shapes import CannotClean as CannotClean
from assistant.photo.clean.shapes import Cleaned as Cleaned
from assistant.photo.clean.shapes import Removed as Removed
