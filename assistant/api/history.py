"""The history: list, open, export, forget, and call findings wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant import errors
from assistant.api.answers import PolicyAnswer, SiteAnswer
from assistant.api.failures import documented
from assistant.policy.better import BetterAnswer
from assistant.report import Kind
from assistant.service import (
    MOST_LISTED,
    AnyReport,
    Assistant,
    PolicyReport,
    SiteReport,
    report_json,
)
from assistant.store import HistoryEntry

ReportId = Annotated[str, Path(max_length=64, description="The `id` of a history entry.")]
RuleId = Annotated[str, Path(max_length=100, description="The `rule_id` of a finding.")]


@dataclass(frozen=True, slots=True)
class History:
    """What is kept, newest first.

    Attributes:
        keep_days: Days that reports are kept; 0 where none is.
    """

    entries: tuple[HistoryEntry, ...]
    keep_days: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many entries were forgotten. They have left the database file as well."""

    forgotten: int


class Comment(BaseModel):
    """What is wrong with a finding, in the person's own words. Stays on this computer."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    comment: str = Field(default="", max_length=2_000)


def history_routes(assistant: Assistant) -> APIRouter:
    router = APIRouter(
        prefix="/history", responses=documented(errors.InvalidRequest, errors.StoreUnavailable)
    )

    @router.get("", summary="List the history")
    def list_history(
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
        site: Annotated[
            str,
            Query(
                max_length=253,
                description="Only reports of this registrable domain; of all where it is empty.",
            ),
        ] = "",
    ) -> History:
        """The newest reports. Those older than `keep_history_days` are forgotten first."""
        kept = assistant.history(limit=limit, site=site)
        return History(kept, assistant.settings.keep_history_days)

    @router.get(
        "/{report_id}",
        summary="Open a report",
        response_model=PolicyAnswer | SiteAnswer,
        responses=documented(errors.NotFound),
    )
    def open_report(report_id: ReportId) -> Response:
        """The report as it was made."""
        return Response(report_json(assistant.recall(report_id)), media_type="application/json")

    @router.get(
        "/{report_id}/export",
        summary="Save a report as a page or as Markdown",
        response_class=Response,
        responses={
            **documented(errors.NotFound),
            200: {"description": "The file.", "content": {"text/html": {}, "text/markdown": {}}},
        },
    )
    def export_report(
        report_id: ReportId,
        format: Annotated[Literal["html", "markdown"], Query()] = "html",
    ) -> Response:
        """One file that needs nothing else to be read."""
        report = assistant.recall(report_id)
        if format == "html":
            return _attachment(_as_html(report), "text/html", "privacy-report.html")
        return _attachment(_as_markdown(report), "text/markdown", "privacy-report.md")

    @router.get(
        "/{report_id}/better",
        summary="Find one like this that treats people better",
        responses=documented(errors.NotFound),
    )
    def find_better(report_id: ReportId) -> BetterAnswer:
        """Among what this person has read, and nowhere else."""
        return assistant.better(report_id)

    @router.delete("/{report_id}", summary="Forget one report")
    def forget_report(report_id: ReportId) -> Forgotten:
        """Forgetting what is not there forgets nothing."""
        return Forgotten(assistant.forget(report_id=report_id))

    @router.delete("", summary="Forget one subject, or everything")
    def forget(
        name: Annotated[
            str | None,
            Query(min_length=1, description="Only the reports of this name; without it, all."),
        ] = None,
    ) -> Forgotten:
        """Forgets for good. Everything includes what links the photos that were shared."""
        return Forgotten(assistant.forget(name=name))

    @router.put(
        "/{report_id}/wrong/{rule_id}",
        summary="Call a finding wrong",
        status_code=204,
        responses=documented(errors.NotFound),
    )
    def mark_wrong(report_id: ReportId, rule_id: RuleId, given: Comment | None = None) -> None:
        """Keeps the note on this computer, replacing an earlier one."""
        assistant.mark_wrong(report_id, rule_id, given.comment if given else "")

    @router.delete(
        "/{report_id}/wrong/{rule_id}",
        summary="Take back that a finding is wrong",
        status_code=204,
        responses=documented(errors.NotFound),
    )
    def unmark_wrong(report_id: ReportId, rule_id: RuleId) -> None:
        """Does nothing where there is no note."""
        assistant.unmark_wrong(report_id, rule_id)

    return router


def _as_html(report: AnyReport) -> str:
    if report.kind is Kind.SITE:
        from assistant.render.site_html import render_site_html

        return render_site_html(cast(SiteReport, report))
    from assistant.render.html import render_html

    return render_html([cast(PolicyReport, report)])


def _as_markdown(report: AnyReport) -> str:
    if report.kind is Kind.SITE:
        from assistant.render.site_markdown import render_site_markdown

        return render_site_markdown(cast(SiteReport, report))
    from assistant.render.markdown import render_markdown

    return render_markdown([cast(PolicyReport, report)])


def _attachment(content: str, media_type: str, file_name: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return Response(content, media_type=media_type, headers=disposition)
