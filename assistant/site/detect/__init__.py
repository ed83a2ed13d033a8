"""Every detector of the site room, by the rule that it answers for."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.site.detect.beacons import (
    detect_beacons,
)
from assistant.site.detect.capture import (
    detect_capture_before_submit,
    detect_field_reading,
    detect_key_logging,
    detect_password_captured,
)
from assistant.site.detect.consent import (
    detect_before_consent,
    detect_no_consent_asked,
    detect_no_reject,
    detect_pay_or_consent,
    detect_rejects_in_one_click,
)
from assistant.site.detect.control import (
    detect_after_reject,
    detect_honours_gpc,
    detect_ignores_gpc,
)
from assistant.site.detect.evasion import (
    detect_bounce_tracking,
    detect_cname_cloaking,
    detect_link_decoration,
    detect_proxied_tracker,
)
from assistant.site.detect.fingerprinting import (
    detect_audio_fingerprinting,
    detect_canvas_fingerprinting,
    detect_device_probing,
    detect_font_fingerprinting,
    detect_webgl_fingerprinting,
)
from assistant.site.detect.good import (
    detect_no_trackers,
)
from assistant.site.detect.identifiers import (
    detect_identifier_sharing,
    detect_third_party_identifiers,
)
from assistant.site.detect.owners import (
    detect_ad_trackers,
    detect_analytics,
    detect_data_brokers,
)
from assistant.site.detect.replay import detect_session_replay
from assistant.site.detect.transport import (
    detect_bad_certificate,
    detect_insecure_cookies,
    detect_leaks_address,
    detect_mixed_content,
    detect_no_hsts,
    detect_no_https,
    detect_no_https_redirect,
)
from assistant.site.detection import Detector

DETECTORS: Mapping[str, Detector] = {
    "site.ad-trackers": detect_ad_trackers,
    "site.analytics": detect_analytics,
    "site.data-brokers": detect_data_brokers,
    "site.third-party-identifiers": detect_third_party_identifiers,
    "site.identifier-sharing": detect_identifier_sharing,
    "site.canvas-fingerprinting": detect_canvas_fingerprinting,
    "site.audio-fingerprinting": detect_audio_fingerprinting,
    "site.webgl-fingerprinting": detect_webgl_fingerprinting,
    "site.font-fingerprinting": detect_font_fingerprinting,
    "site.device-probing": detect_device_probing,
    "site.session-replay": detect_session_replay,
    "site.field-reading": detect_field_reading,
    "site.key-logging": detect_key_logging,
    "site.capture-before-submit": detect_capture_before_submit,
    "site.password-captured": detect_password_captured,
    "site.before-consent": detect_before_consent,
    "site.no-consent-asked": detect_no_consent_asked,
    "site.beacons": detect_beacons,
    "site.after-reject": detect_after_reject,
    "site.no-reject": detect_no_reject,
    "site.pay-or-consent": detect_pay_or_consent,
    "site.rejects-in-one-click": detect_rejects_in_one_click,
    "site.ignores-gpc": detect_ignores_gpc,
    "site.honours-gpc": detect_honours_gpc,
    "site.cname-cloaking": detect_cname_cloaking,
    "site.proxied-tracker": detect_proxied_tracker,
    "site.bounce-tracking": detect_bounce_tracking,
    "site.link-decoration": detect_link_decoration,
    "site.no-https": detect_no_https,
    "site.bad-certificate": detect_bad_certificate,
    "site.mixed-content": detect_mixed_content,
    "site.no-hsts": detect_no_hsts,
    "site.leaks-address": detect_leaks_address,
    "site.insecure-cookies": detect_insecure_cookies,
    "site.no-https-redirect": detect_no_https_redirect,
    "site.no-trackers": detect_no_trackers,
}
