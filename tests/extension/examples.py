"""Examples that the extension's own shapes are held against: `python -m tests.extension.examples`.

The extension makes shapes in JavaScript, the service in Python. The table holds what the Python
functions answer; a test fails while it is stale, another where the extension answers otherwise.
"""

from __future__ import annotations

import json
from pathlib import Path

from assistant.browse.fields import kind_of
from assistant.site.record.addresses import bare_url, plain_name
from assistant.site.record.entropy import bits_of, token_bits
from assistant.site.record.shapes import Shaper

CHECKOUT = Path(__file__).parents[2]
SHARED = Path(__file__).with_name("shapes.examples.json")
KEY = bytes(range(32))

VALUES = (
    *("", "a", "aaaaaaa", "true", "Undefined", "de", "en-GB,en;q=0.8", "1.4.12", "#ff00aa"),
    *("1764244800", "1764244800123", "2026-11-27", "2026-11-27T10:00:00Z", "27.11.2026"),
    *("8c1e77d2b3a64f9a", "8C1E77D2B3A64F9A", "192.168.1.20", "120.0.0.0", "555"),
    *("5f3a1c9e-0b7d-4e2a-9c61-7a0f2d4b8e13", "5f3a1c9e0b7d4e2a9c617a0f2d4b8e13"),
    *("GA1.2.1234567890.1764244800", "fb.1.1764244800123.987654321", "anna.berg@example.com"),
    *("accept all cookies", "one two three four five six", "CheckoutButtonPrimary", "xkcdqrtz"),
    *(
        "Straße nach Süden",
        "日本語のテキスト",
        "😀😀😁 smile 😂",
        "id=7Yq-0fK_2~9|v=1",
        "%257B%22a%22",
    ),
    *("a%20b%2Fc", "%C3%A9t%C3%A9", "%E2%82", "%ff%fe", "{'uid':'Zk93hfQ0sLx1'}", "QUJDREVGRw=="),
    *("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "  spaced  "),
    *(
        "longerwordsthanusual",
        "incomprehensibilities",
        "Zusammenarbeit",
        "x" * 5_000,
        "aB3" * 2_000,
    ),
    *("user-4829103-session-8827a", "2026/11/27", "1.2.3-beta.4", "v2.0", "+44 7700 900123"),
)
URLS = (
    *("https://shop.test/", "HTTPS://Shop.TEST:443/a?b=c#d", "http://u:p@shop.test:8080/x"),
    *(
        "https://shop.test/user/anna@example.com/x",
        "https://shop.test/u%40x/",
        "wss://w.test/s?k=1",
    ),
    *("https://shop.test/5f3a1c9e-0b7d-4e2a-9c61-7a0f2d4b8e13/a.js", "https://[::1]:80/x?y"),
    *("https://shop.test/t/9f8Kq2LxZ0pWv7TbN4", "https://shop.test/app.9f8Kq2LxZ0pWv7TbN4.js"),
    *("https://shop.test/?anna@example.com", "https://shop.test/?9f8Kq2LxZ0pWv7TbN4=1&ok=2&&=3"),
    *(
        "https://shop.test/?flag&Other_flag",
        "https://shop.test/über/straße?größe=1",
        "data:text/x,y",
    ),
    *(
        "blob:https://shop.test/1",
        "about:blank",
        "javascript:1",
        "nothing",
        "",
        "https://",
        "ht tp://x",
    ),
    *(
        "https://shop.test\\a\\b",
        " https://shop.test/a\tb ",
        "https://bücher.test/",
        "https://a..b/",
    ),
    *("https://shop.test:99999/", "https://shop.test:x/", "https://shop.test./", "ftp://x/"),
    *("https://shop.test/" + "a/" * 1_500, "https://shop.test/" + "b" * 300),
    *(
        "https://shop.test/?" + "&".join(f"n{i}={i}" for i in range(900)),
        "https://shop.test/-----!",
    ),
    *(
        "https://shop.test/a%2Fb/%7Bx%7D/{y}",
        "https://shop.test/some-long-article-about-cookies-2026",
    ),
    *("https://shop.test/products/12345678901234567890", "//shop.test/x", "chrome://newtab/"),
    *(
        "https://a_b.shop.test/x",
        "https://1.2.3.4:444/x?a[]=1&b$c=2&d%20e=3",
        "https://shop.test/😀",
    ),
)
NAMES = ("uid", "", "a b", "ä", "x" * 65, "9f8Kq2LxZ0pWv7TbN4", "user[email]", "a@b", "utm_source")
BODIES = (
    *(("a=1&b=two+words&c=%C3%A9", "application/x-www-form-urlencoded"), ("a=1&b=2", "text/plain")),
    ('{"uid": "Zk93hfQ0sLx1", "n": [1, {"deep": true}], "z": null}', "application/json"),
    *(('[{"a": 1234567890123}]', ""), ("{broken", "application/json"), ("plain words", "")),
    (
        '--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\nvälue\r\n--XX\r\n'
        'Content-Disposition: form-data; name="f"; filename="x.png"\r\n\r\nPNG\r\n--XX--\r\n',
        "multipart/form-data; boundary=XX",
    ),
    *(("", "text/plain"), ("\x00\x01\x02\x03", ""), ("näht", "text/plain;charset=UTF-8")),
)
FIELDS = (
    *(
        {"type": "email"},
        {"type": "text", "name": "loginPassword"},
        {"autocomplete": "tel-national"},
    ),
    *({"name": "firstName"}, {"id": "user_mail"}, {"placeholder": "Straße und Nummer"}, {}),
    *({"type": "search", "name": "email"}, {"aria-label": "Kreditkarte Nummer"}, {"name": "q"}),
    *({"name": "comment"}, {"name": "cc-number", "autocomplete": "cc-number"}, {"id": "E-Mail"}),
)


def examples() -> dict[str, object]:
    """What the Python functions answer."""
    shaper = Shaper(KEY)
    return {
        "key": KEY.hex(),
        "shapes": [
            {
                "value": value,
                "id": shape.id,
                "length": shape.length,
                "bits": shape.bits,
                "parts": list(shape.parts),
            }
            for value in VALUES
            for shape in [shaper.shape(value)]
        ],
        "bits": [[value, bits_of(value), round(token_bits(value), 6)] for value in VALUES],
        "urls": [[url, bare_url(url)] for url in URLS],
        "names": [[name, plain_name(name)] for name in NAMES],
        "bodies": [
            {
                "body": body,
                "type": kind,
                "kind": made.kind,
                "size": made.size,
                "parameters": [
                    [entry.name, entry.value.id, entry.value.bits] for entry in made.parameters
                ],
            }
            for body, kind in BODIES
            for made in [shaper.body(body, kind)]
        ],
        "fields": [[field, kind_of(field).value] for field in FIELDS],
    }


def text() -> str:
    return json.dumps(examples(), ensure_ascii=True, indent=1) + "\n"


if __name__ == "__main__":
    SHARED.write_text(text(), "utf-8")
