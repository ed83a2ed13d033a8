"""Scripts that measure the device are told by what they do, whoever wrote them."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.report import NetworkRequest, Outcome
from assistant.site.detect.fingerprinting import (
    detect_audio_fingerprinting,
    detect_canvas_fingerprinting,
    detect_device_probing,
    detect_font_fingerprinting,
    detect_webgl_fingerprinting,
    fingerprints,
)
from assistant.site.detection import Detector
from assistant.site.record.observation import ScriptCalls, Watched
from tests.site.records import observation, request, seen, served, visit

SCRIPT = "https://unknown.test/fp.js"
CANVAS = {"HTMLCanvasElement.toDataURL": 1}
PIXELS = {"CanvasRenderingContext2D.getImageData": 1}
AUDIO = {
    "OfflineAudioContext.startRendering": 1,
    "BaseAudioContext.createOscillator": 1,
    "BaseAudioContext.createDynamicsCompressor": 1,
}
UNMASKED = {"WEBGL_debug_renderer_info.UNMASKED_RENDERER_WEBGL": 1}
DRAWS = {"CanvasRenderingContext2D.save": 4, "CanvasRenderingContext2D.restore": 4}
FINGERPRINT_LIBRARY = (
    "Navigator.plugins",
    "Navigator.languages",
    "Screen.width",
    "Screen.colorDepth",
    "DateTimeFormat.resolvedOptions",
    "Navigator.deviceMemory",
    "Navigator.hardwareConcurrency",
    "Navigator.platform",
    "Navigator.vendor",
    "Navigator.maxTouchPoints",
    "Navigator.cookieEnabled",
)
ANALYTICS = (
    "Navigator.language",
    "Screen.width",
    "Screen.height",
    "Screen.colorDepth",
    "NavigatorUAData.getHighEntropyValues",
    "Date.getTimezoneOffset",
    "Navigator.cookieEnabled",
)
CALL_PROGRAM = (
    "MediaDevices.enumerateDevices",
    "RTCPeerConnection.constructor",
    "RTCPeerConnection.createOffer",
    "RTCRtpSender.getCapabilities",
    "NetworkInformation.effectiveType",
    "Navigator.hardwareConcurrency",
    "Screen.width",
    "Navigator.language",
)
VIDEO_PLAYER = (
    "HTMLMediaElement.canPlayType",
    "MediaCapabilities.decodingInfo",
    "NetworkInformation.downlink",
    "Navigator.deviceMemory",
    "Navigator.hardwareConcurrency",
    "NavigatorUAData.getHighEntropyValues",
    "Screen.width",
    "Navigator.language",
)
ALL = (
    detect_canvas_fingerprinting,
    detect_audio_fingerprinting,
    detect_webgl_fingerprinting,
    detect_font_fingerprinting,
    detect_device_probing,
)


def outcome(detector: Detector, calls: dict[str, int], **more: Any) -> Outcome:
    script = ScriptCalls(script=SCRIPT, calls=calls, **more)
    return detector(seen(observation(visit(calls=(script,))))).outcome


def test_text_drawn_and_read_back_is_canvas_fingerprinting() -> None:
    script = ScriptCalls(script=SCRIPT, calls=CANVAS, canvas_text=10)
    found = detect_canvas_fingerprinting(seen(observation(visit(calls=(script,)))))
    assert found.outcome is Outcome.PRESENT
    assert found.units == ("unknown.test",)
    assert found.evidence == (NetworkRequest(SCRIPT, "GET", None, "HTMLCanvasElement.toDataURL"),)


def test_pixels_count_from_sixteen_by_sixteen() -> None:
    detector = detect_canvas_fingerprinting
    assert outcome(detector, PIXELS, canvas_text=10, canvas_pixels=256) is Outcome.PRESENT
    assert outcome(detector, PIXELS, canvas_text=10, canvas_pixels=255) is Outcome.ABSENT


@pytest.mark.parametrize(
    ("calls", "more"),
    [
        (CANVAS, {"canvas_text": 9}),
        ({**CANVAS, **DRAWS}, {"canvas_text": 40}),
        ({"CanvasRenderingContext2D.fillText": 9}, {"canvas_text": 40}),
        ({"HTMLCanvasElement.toDataURL": 0}, {"canvas_text": 40}),
        ({"HTMLCanvasElement.toDataURL": -3}, {"canvas_text": 40}),
    ],
    ids=["emoji test", "drawing program", "not read back", "never called", "odd count"],
)
def test_other_uses_of_a_canvas_are_silent(calls: dict[str, int], more: dict[str, int]) -> None:
    assert outcome(detect_canvas_fingerprinting, calls, **more) is Outcome.ABSENT


def test_a_call_to_save_does_not_hide_who_measures_sound_as_well() -> None:
    calls = {**CANVAS, **DRAWS, **AUDIO}
    assert outcome(detect_canvas_fingerprinting, calls, canvas_text=10) is Outcome.PRESENT


def test_silent_sound_is_audio_fingerprinting() -> None:
    assert outcome(detect_audio_fingerprinting, AUDIO) is Outcome.PRESENT


@pytest.mark.parametrize("missing", AUDIO)
def test_sound_that_lacks_a_step_is_silent(missing: str) -> None:
    calls = {name: count for name, count in AUDIO.items() if name != missing}
    assert outcome(detect_audio_fingerprinting, calls) is Outcome.ABSENT


def test_a_viewer_of_sound_waves_is_silent() -> None:
    calls = {"OfflineAudioContext.constructor": 1, "AudioBuffer.getChannelData": 2}
    assert outcome(detect_audio_fingerprinting, calls) is Outcome.ABSENT


def test_the_name_of_the_graphics_card_is_webgl_fingerprinting() -> None:
    assert outcome(detect_webgl_fingerprinting, UNMASKED) is Outcome.PRESENT
    drawn = {"WebGL2RenderingContext.readPixels": 1}
    both = {**drawn, "WebGL2RenderingContext.getSupportedExtensions": 1}
    assert outcome(detect_webgl_fingerprinting, both) is Outcome.PRESENT
    assert outcome(detect_webgl_fingerprinting, drawn) is Outcome.ABSENT


def test_a_map_or_a_game_is_silent() -> None:
    calls = {
        "WebGLRenderingContext.getParameter": 12,
        "WebGLRenderingContext.getExtension": 3,
        "WebGLRenderingContext.getSupportedExtensions": 1,
    }
    assert outcome(detect_webgl_fingerprinting, calls) is Outcome.ABSENT


def test_fifty_fonts_are_too_many() -> None:
    assert outcome(detect_font_fingerprinting, {}, fonts=50) is Outcome.PRESENT
    assert outcome(detect_font_fingerprinting, {}, fonts=49) is Outcome.ABSENT


def test_breadth_is_probing_and_the_needs_of_honest_scripts_are_not() -> None:
    def probing(names: tuple[str, ...]) -> Outcome:
        return outcome(detect_device_probing, dict.fromkeys(names, 1))

    assert probing(FINGERPRINT_LIBRARY) is Outcome.PRESENT
    weighs_two = {"Navigator.platform", "Navigator.vendor"}
    just = tuple(name for name in FINGERPRINT_LIBRARY if name not in weighs_two)
    assert probing(just) is Outcome.PRESENT
    assert probing(just[:-1]) is Outcome.ABSENT
    assert probing(ANALYTICS) is Outcome.ABSENT
    assert probing(CALL_PROGRAM) is Outcome.ABSENT
    assert probing(VIDEO_PLAYER) is Outcome.ABSENT


def test_asking_often_for_one_thing_is_not_breadth() -> None:
    assert outcome(detect_device_probing, {"Screen.width": 900, "Screen.height": 900}) is (
        Outcome.ABSENT
    )


def test_details_are_added_up_for_one_script_only() -> None:
    half = len(FINGERPRINT_LIBRARY) // 2
    scripts = tuple(
        ScriptCalls(script=f"https://unknown.test/{number}.js", calls=dict.fromkeys(names, 1))
        for number, names in enumerate((FINGERPRINT_LIBRARY[:half], FINGERPRINT_LIBRARY[half:]))
    )
    sight = seen(observation(visit(calls=scripts)))
    assert detect_device_probing(sight).outcome is Outcome.ABSENT


def test_the_sites_own_script_counts_and_is_told_as_the_sites() -> None:
    script = ScriptCalls(script="https://shop.test/app.js", calls=CANVAS, canvas_text=12)
    sight = seen(observation(visit(calls=(script,))))
    assert detect_canvas_fingerprinting(sight).units == ("Shop",)
    (told,) = fingerprints(sight)
    assert told.party.first_party


@pytest.mark.parametrize("script", ["data:text/javascript,1", "", "about:blank", "https://[::1"])
def test_a_script_without_a_host_is_the_pages(script: str) -> None:
    calls = ScriptCalls(script=script, calls=CANVAS, canvas_text=12)
    sight = seen(observation(visit(calls=(calls,))))
    assert detect_canvas_fingerprinting(sight).units == ("Shop",)


def test_a_blob_belongs_to_its_origin() -> None:
    calls = ScriptCalls(script="blob:https://ads.test/1f", calls=CANVAS, canvas_text=12)
    sight = seen(observation(visit(calls=(calls,))))
    assert detect_canvas_fingerprinting(sight).units == ("Adline",)


def test_the_persons_own_extension_is_not_the_sites_doing() -> None:
    calls = ScriptCalls(script="moz-extension://a/b.js", calls=CANVAS, canvas_text=12, fonts=80)
    sight = seen(observation(visit(calls=(calls,))))
    assert detect_canvas_fingerprinting(sight).outcome is Outcome.ABSENT
    assert fingerprints(sight) == ()


def test_a_script_is_told_once_with_everything_it_measured() -> None:
    first = ScriptCalls(script=SCRIPT, calls={**CANVAS, "Screen.width": 2}, canvas_text=12)
    second = ScriptCalls(script=SCRIPT, calls={**CANVAS, **UNMASKED}, canvas_text=12, fonts=60)
    (told,) = fingerprints(seen(observation(visit(calls=(first,)), visit(calls=(second,)))))
    assert told.measures == ("canvas", "webgl", "fonts")
    assert told.calls == {"HTMLCanvasElement.toDataURL": 2, **UNMASKED}
    assert told.fonts == 60


def test_without_a_look_at_calls_it_is_unknown() -> None:
    watched = [kind for kind in Watched if kind is not Watched.CALLS]
    blind = seen(observation(watched=watched))
    assert all(detector(blind).outcome is Outcome.UNDETERMINED for detector in ALL)
    page = seen(served(visit(request("https://shop.test/app.js"))))
    assert all(detector(page).outcome is Outcome.UNDETERMINED for detector in ALL)


def test_nothing_there_is_absent() -> None:
    assert all(detector(seen(observation())).outcome is Outcome.ABSENT for detector in ALL)
