"""The API's documentation as one page of plain HTML, made from its OpenAPI description.

The framework's own page would load scripts from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} API</title>
</head>
<body>
<main>
<h1>{title} API</h1>
<p>{description}</p>
<p>The full description, for programs: <a href="/openapi.json">openapi.json</a> (OpenAPI).</p>
{operations}
</main>
</body>
</html>
"""


def render_docs(openapi: Mapping[str, Any]) -> str:
    """A page that lists every operation of an OpenAPI description with what it answers."""
    return _PAGE.format(
        title=escape(openapi["info"]["title"]),
        description=escape(openapi["info"]["description"]),
        operations="\n".join(
            "\n".join(_operation(method, path, operation))
            for path, operations in openapi["paths"].items()
            for method, operation in operations.items()
        ),
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h2>{escape(operation['summary'])}</h2>"
    yield f"<p><code>{method.upper()} {escape(path)}</code></p>"
    yield f"<p>{escape(operation.get('description', ''))}</p>"
    if parameters := operation.get("parameters"):
        yield "<h3>Parameters</h3><dl>"
        for parameter in parameters:
            yield f"<dt><code>{escape(parameter['name'])}</code> in the {parameter['in']}</dt>"
            yield f"<dd>{escape(parameter.get('description', ''))}</dd>"
        yield "</dl>"
    if body := operation.get("requestBody"):
        kinds = ", ".join(f"<code>{escape(kind)}</code>" for kind in body["content"])
        yield f"<h3>Body</h3><p>{kinds}</p>"
    yield "<h3>Answers</h3><dl>"
    for status, answer in sorted(operation["responses"].items()):
        lines = "<br>".join(escape(line) for line in answer["description"].split("\n\n"))
        yield f"<dt>{escape(status)}</dt><dd>{lines}</dd>"
    yield "</dl>"
