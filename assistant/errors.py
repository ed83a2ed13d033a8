"""Every failure a person can act on.

Each error says what is wrong (its message, never quoting user data) and what
to do (`hint`). `code` is stable: the API sends it, the extension translates it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, for programs (`code`) and for people.

    Attributes:
        code: Stable name of the failure.
        message: One sentence that never quotes the input.
        hint: What to do about it.
    """

    code: str
    message: str
    hint: str


class AssistantError(Exception):
    """Base of all failures that carry a sentence for the person."""

    code = "assistant-error"
    message = "Something went wrong."
    hint = "Try again."

    def __init__(self, message: str | None = None, *, hint: str | None = None) -> None:
        self.message = message or type(self).message
        self.hint = hint or type(self).hint
        super().__init__(self.message)

    @property
    def failure(self) -> Failure:
        """The error as a value that can be sent."""
        return Failure(self.code, self.message, self.hint)


# Input -----------------------------------------------------------------------


class InputError(AssistantError):
    """The input itself cannot be used."""

    code = "bad-input"
    message = "The input cannot be used."
    hint = "Check the input and try again."


class EmptyInput(InputError):
    code = "empty-input"
    message = "There is nothing to read: the input is empty."
    hint = "Give the address, the file or the text of a privacy policy."


class EmptyQuestion(InputError):
    code = "empty-question"
    message = "There is no question."
    hint = "Ask in a few words, for example “Do they sell my data?”."


class NotComparable(InputError):
    """One of two versions is no policy that can be read."""

    code = "not-comparable"
    message = "One of the two is no policy in a language that can be read."
    hint = "Read each of them alone first, to see what it was taken for."


class InputTooLarge(InputError):
    code = "input-too-large"
    message = "The input is larger than this program reads."
    hint = "Give only the policy itself, or raise `max_input_bytes` in the settings."


class MalformedObservation(InputError):
    """A record of a site that does not have the documented shape."""

    code = "malformed-observation"
    message = "This is no record of a site that this version reads."
    hint = "Record the site again, with an observer of the same version as this program."


class UnreadableInput(InputError):
    """The bytes are no text, HTML, Markdown or PDF."""

    code = "unreadable-input"
    message = "The input is not readable as text, HTML, Markdown or PDF."
    hint = "Save the page as HTML or text and give that file."


class MissingFile(InputError):
    code = "missing-file"
    message = "The file does not exist or cannot be opened."
    hint = "Check the path and its permissions."


class UnreadablePdf(InputError):
    code = "unreadable-pdf"
    message = "The PDF is damaged and cannot be read."
    hint = "Open it in a viewer, save it again, or paste its text."


class PasswordProtectedPdf(InputError):
    code = "password-protected-pdf"
    message = "The PDF is protected with a password."
    hint = "Save a copy without the password and give that."


class PdfWithoutText(InputError):
    code = "pdf-without-text"
    message = "The PDF holds pictures of pages and no text."
    hint = "Run it through text recognition first, or paste its text."


class NotAPhoto(InputError):
    """The bytes are no image or video whose inside is known."""

    code = "not-a-photo"
    message = "This is no photo of a kind that can be checked."
    hint = "JPEG, PNG, WebP, GIF, TIFF, HEIC, AVIF, MP4 and MOV can."


class UnreadablePhoto(InputError):
    """It took too long, too much memory, or the reader down."""

    code = "unreadable-photo"
    message = "The photo could not be read within the limits of time and memory."
    hint = "Open it in a viewer, save it again, and check the new file."


class UncleanablePhoto(InputError):
    """A copy that is surely clean cannot be made without changing the picture."""

    code = "uncleanable-photo"
    message = "A clean copy of this file cannot be made without changing its picture."
    hint = "Save it as a JPEG or PNG in an image program, and clean that."


class UnwritableFile(InputError):
    code = "unwritable-file"
    message = "The output file cannot be written."
    hint = "Choose a folder that exists and that you may write to."


class NotConfirmed(InputError):
    """A question was asked where nobody can answer."""

    code = "not-confirmed"
    message = "Nothing was done, because nobody confirmed it."
    hint = "Run the command in a terminal, or add --yes."


class InvalidRequest(InputError):
    """An API request that does not have the documented shape."""

    code = "invalid-request"
    message = "The request does not have the documented shape."
    hint = "See the API documentation at /docs."


# Network -----------------------------------------------------------------------


class FetchError(AssistantError):
    """The page could not be fetched."""

    code = "fetch-failed"
    message = "The page could not be fetched."
    hint = "Open it in your browser, save it, and give the saved file."


class InvalidUrl(FetchError):
    code = "invalid-url"
    message = "This is not a web address that can be fetched."
    hint = "Give a full http:// or https:// address without a user name in it."


class RefusedAddress(FetchError):
    code = "refused-address"
    message = "The address leads into a private network or to this computer, so it was not fetched."
    hint = "If that is intended, name the address in the setting `fetch_allow_addresses`."


class UnknownHost(FetchError):
    code = "unknown-host"
    message = "The site's name could not be resolved."
    hint = "Check the address for typing errors and your connection."


class FetchTimeout(FetchError):
    code = "fetch-timeout"
    message = "The site took too long to answer."
    hint = "Try again later, or save the page in your browser and give the file."


class ConnectionFailed(FetchError):
    """Refused, reset, or no way there."""

    code = "connection-failed"
    message = "The site could not be reached, or broke the connection off."
    hint = "Check your connection, and whether the site opens in your browser."


class TlsFailure(FetchError):
    """No secure connection: bad certificate, or no common protocol."""

    code = "tls-failure"
    message = "A secure connection to the site could not be made."
    hint = "Do not trust the page before the site has repaired this; check the address."


class BrokenResponse(FetchError):
    """Not HTTP, cut short, or packed in a damaged or unknown way."""

    code = "broken-response"
    message = "The site's answer is damaged or cut short."
    hint = "Try again, or save the page in your browser and give the file."


class TooManyRedirects(FetchError):
    code = "too-many-redirects"
    message = "The site keeps redirecting without arriving anywhere."
    hint = "Open the page in your browser and give the address it ends at."


class ResponseTooLarge(FetchError):
    code = "response-too-large"
    message = "The site's answer is larger than this program reads."
    hint = "Save the policy itself from your browser and give the file."


class HttpStatusError(FetchError):
    """The site answered with an error status, named in the message.

    Attributes:
        status: The HTTP status, or None where it is not known.
    """

    code = "http-status"
    message = "The site answered with an error."
    hint = "Open the page in your browser; if it shows there, save it and give the file."

    def __init__(
        self, message: str | None = None, *, hint: str | None = None, status: int | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status


# Models, store, service ----------------------------------------------------------


class DamagedModel(AssistantError):
    code = "damaged-model"
    message = "A model file is missing or does not match its manifest."
    hint = "Install the assistant again; `privacy-assistant doctor` says which file."


class MissingDependency(AssistantError):
    code = "missing-dependency"
    message = "An optional package is not installed."
    hint = "Install the `full` extra: pip install 'privacy-assistant[full]'."


class BrowserMissing(AssistantError):
    code = "browser-missing"
    message = "There is no Chromium, Chrome or Edge that can be started."
    hint = "Install Chromium, or name a browser in the setting `browser_path`."


class BrowserFailed(AssistantError):
    """The browser does not start, or broke down beside the page."""

    code = "browser-failed"
    message = "The browser could not be started, or broke down."
    hint = "Try again; if it stays, name another browser in the setting `browser_path`."


class UnknownSummarizer(AssistantError):
    code = "unknown-summarizer"
    message = "There is no summarizer of that name, or its folder cannot be loaded."
    hint = "Use `embedded`, or `transformers:` followed by a model name or folder."


class InvalidSettings(AssistantError):
    code = "invalid-settings"
    message = "The settings cannot be used."
    hint = "Correct the named setting; `privacy-assistant doctor` shows where they are read from."


class StoreUnavailable(AssistantError):
    code = "store-unavailable"
    message = "The history cannot be opened."
    hint = "Check that its folder is writable and the disk is not full."


class NotFound(AssistantError):
    code = "not-found"
    message = "There is nothing of that name here."
    hint = "List what there is with `privacy-assistant history`."


class UnknownList(AssistantError):
    """Nothing is known of a block list of that name."""

    code = "unknown-list"
    message = "There is no block list of that name."
    hint = "`privacy-assistant lists show` names those that are known."


class BrokenList(AssistantError):
    """What was fetched or kept is no block list, or not the one it was."""

    code = "broken-list"
    message = "What came from the list's address is no block list, so nothing was changed."
    hint = "Try again later; the list that was there before stays in use."


class NotAuthorized(AssistantError):
    code = "not-authorized"
    message = "This call needs a token."
    hint = "Open the page with the address that `privacy-assistant serve` printed."


class TooManyTries(AssistantError):
    code = "too-many-tries"
    message = "Too many wrong codes were given."
    hint = "Wait a minute, then open the address that `privacy-assistant serve` printed."


class RefusedOrigin(AssistantError):
    """Host, Origin or Sec-Fetch-Site says that the call is not ours."""

    code = "refused-origin"
    message = "The call does not come from the assistant's own page."
    hint = "Use the address that `privacy-assistant serve` printed."


class PortInUse(AssistantError):
    code = "port-in-use"
    message = "The port is already taken by another program."
    hint = "Choose another with --port, or stop the other program."


class InternalError(AssistantError):
    """A fault of ours. The message carries a random reference found in the log."""

    code = "internal-error"
    message = "The assistant failed unexpectedly."
    hint = "Try again; if it stays, report the reference."
