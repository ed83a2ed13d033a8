"""Invented inputs, good and bad."""

from __future__ import annotations

PARAGRAPHS = (
    "This privacy policy explains how Acme Lanterns handles your personal information.",
    "We collect your name, your email address and the pages you visit when you use our shop.",
    "We sell your personal information to advertising partners.",
    "We share your location with third parties who show you advertisements.",
    "We keep your information for as long as we see fit.",
    "You may ask us to delete your account at any time by writing to our support team.",
    "We may change this policy at any time without telling you.",
)


def policy_text(extra: str = "") -> str:
    """A short privacy policy as text; `extra` stands as a paragraph of its own."""
    return "\n\n".join(("Privacy Policy", *PARAGRAPHS, extra)).strip()


def policy_html(extra: str = "", *, head: str = "") -> str:
    """The same as a page; `extra` and `head` are put in as they are."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f"<!doctype html><html lang=en><head><title>Privacy Policy</title>{head}</head>"
        f"<body><main><h1>Privacy Policy</h1>{paragraphs}{extra}</main></body></html>"
    )


def locked_pdf() -> bytes:
    """A PDF that cannot be opened without its password."""
    key = "<" + "5a" * 32 + ">"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        f"<< /Filter /Standard /V 1 /R 2 /P -4 /O {key} /U {key} >>",
    )
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {size} /Root 1 0 R /Encrypt 4 0 R /ID [<00> <00>] >>\n"
        f"startxref\n{len(body)}\n%%EOF\n"
    ).encode()
