"""Policy reports as one HTML page that needs nothing else: no script, no outside resource.

Every value passes through the template engine's escaping; what a policy says
can never become markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from assistant.render.outline import (
    CLAUSES_NOTE,
    CLAUSES_TITLE,
    DEADLINES_TITLE,
    LABEL_TITLE,
    NOT_LEGAL_ADVICE,
    RUBRIC_TITLE,
    SECTION_TITLES,
    TRANSPARENCY_TITLE,
    Outline,
    PolicyReport,
    Side,
    clauses_by_kind,
    outline,
    quotes,
    spans,
)
from assistant.render.passages import MarkedBlock, mark_passages
from assistant.render.plain import unhidden, visible
from assistant.render.wording import (
    about,
    compare,
    label_line,
    percent,
    rating_line,
    transparency_line,
)
from assistant.report import TextSpan

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report with everything the template says of it.

    Attributes:
        prefix: Begins every id of this report, so that several share one page.
        numbers: Each quoted passage → its number in the document, from 1.
        passages: The document's blocks with the quoted passages marked.
    """

    report: PolicyReport
    prefix: str
    parts: Outline
    numbers: dict[TextSpan, int]
    passages: tuple[MarkedBlock, ...]


def render_html(reports: Sequence[PolicyReport]) -> str:
    """One page with the verdict first, and each quote linked to its place in the document."""
    views = []
    for index, report in enumerate(reports, start=1):
        quoted = spans(report)
        views.append(
            ReportView(
                report=report,
                prefix=f"r{index}",
                parts=outline(report),
                numbers={span: number for number, span in enumerate(quoted, start=1)},
                passages=mark_passages(report.details.text, report.details.blocks, quoted),
            )
        )
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            views=views,
            comparison=compare(reports) if len(reports) > 1 else None,
            sides=(Side.AGAINST, Side.FOR, Side.UNDECIDED),
            titles=SECTION_TITLES,
            not_found=Side.NOT_FOUND,
            label_title=LABEL_TITLE,
            transparency_title=TRANSPARENCY_TITLE,
            rubric_title=RUBRIC_TITLE,
            deadlines_title=DEADLINES_TITLE,
            clauses_title=CLAUSES_TITLE,
            clauses_note=CLAUSES_NOTE,
            not_legal_advice=NOT_LEGAL_ADVICE,
        )
    )


@cache
def environment() -> Environment:
    """The templates, with everything that is put into them escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("assistant.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        visible=visible,
        shown=unhidden,
        percent=percent,
        quotes=quotes,
        about=about,
        rating_line=rating_line,
        label_line=label_line,
        transparency_line=transparency_line,
        clauses_by_kind=clauses_by_kind,
    )
    return environment
