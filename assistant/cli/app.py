"""The command line: which commands there are and what they take."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.boundary import ExitCode, boundary, report_fault
from assistant.cli.lists import lists_app
from assistant.report import Severity

app = typer.Typer(
    name="privacy-assistant",
    help="Read policies, rate sites and check photos on your own computer, with the evidence.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE",
        help="Address, file, or - for standard input. Several are compared side by side.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def run() -> None:
    """Run the command that the arguments name, and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A locale without a quote's characters must not cost the whole report.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.excepthook = report_fault
    typer.main.get_command(app)(prog_name="privacy-assistant")


def _print_version(wanted: bool) -> None:
    if wanted:
        from assistant import __version__

        typer.echo(f"privacy-assistant {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Read policies, rate sites and check photos on your own computer, with the evidence."""


@app.command()
@boundary()
def policy(
    sources: Sources,
    *,
    summarizer: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Who words the summary: embedded, or transformers:NAME_OR_FOLDER.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one HTML page.", show_default=False)
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write Markdown.", show_default=False)
    ] = None,
    fail_on: Annotated[
        Severity | None,
        typer.Option(
            help="Exit with 3 when something at least this bad is found.", show_default=False
        ),
    ] = None,
    no_history: Annotated[
        bool, typer.Option("--no-history", help="Do not keep the report.")
    ] = False,
) -> None:
    """Read a privacy policy or terms of service and tell what matters."""
    from assistant.cli.policy import Output, read_sources

    if sum((as_json, html is not None, markdown is not None)) > 1:
        raise typer.BadParameter("choose one of --json, --html and --markdown.")
    if sources.count("-") > 1:
        raise typer.BadParameter("standard input (-) can be read only once.")
    code = read_sources(
        sources,
        Output(as_json=as_json, html=html, markdown=markdown),
        summarizer=summarizer,
        fail_on=fail_on,
        remember=not no_history,
    )
    raise typer.Exit(code)


@app.command()
@boundary()
def ask(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="Address, file, or - for standard input.")
    ],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In your own words.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Answer a question from a policy, with the passage that says so."""
    from assistant.cli.questions import answer_question

    answer_question(source, question, as_json=as_json)


@app.command()
@boundary()
def compare(
    old: Annotated[str, typer.Argument(metavar="OLD", help="Address or file of the old version.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Address or file of the new version.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Tell what changed between two versions of a policy, in what it says, not in lines."""
    from assistant.cli.questions import compare_versions

    if old == new == "-":
        raise typer.BadParameter("standard input (-) can be read only once.")
    compare_versions(old, new, as_json=as_json)


@app.command()
@boundary()
def site(
    url: Annotated[
        str | None,
        typer.Argument(metavar="[URL]", help="Any page of the site.", show_default=False),
    ] = None,
    *,
    browser: Annotated[
        bool,
        typer.Option(
            "--browser",
            help="Load the page in a browser of its own, several times. Needs the `browser` extra.",
        ),
    ] = False,
    observation: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Rate a recorded observation; - reads it.", show_default=False
        ),
    ] = None,
    identify: Annotated[
        bool,
        typer.Option("--identify", help="Name the owner of each host on standard input, as JSON."),
    ] = False,
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="SOURCE",
            help="The site's policy: address or file. Found by itself for a URL.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    fail_on: Annotated[
        Severity | None,
        typer.Option(
            help="Exit with 3 when something at least this bad is found.", show_default=False
        ),
    ] = None,
    no_history: Annotated[
        bool, typer.Option("--no-history", help="Do not keep the report.")
    ] = False,
) -> None:
    """Tell who gets your data on a site, by which means, and grade it."""
    from assistant.cli.site import Wanted, identify_hosts, rate

    if sum((url is not None, observation is not None, identify)) != 1:
        raise typer.BadParameter("give one of a URL, --observation FILE and --identify.")
    if browser and url is None:
        raise typer.BadParameter("--browser needs a URL.")
    if identify:
        identify_hosts(sys.stdin.buffer)
        return
    wanted = Wanted(
        url=url, browser=browser, observation=observation, policy=policy, remember=not no_history
    )
    raise typer.Exit(rate(wanted, as_json=as_json, fail_on=fail_on))


@app.command()
@boundary()
def photo(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH",
            help="Photo, or folder of photos. Several are held together.",
            show_default=False,
        ),
    ],
    *,
    clean: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write clean copies into this folder.", show_default=False
        ),
    ] = None,
    blur: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="Cover in the copies: faces, text, plates, codes, parted by commas.",
            show_default=False,
        ),
    ] = None,
    reencode: Annotated[
        bool,
        typer.Option("--reencode", help="Encode a picture anew where nothing else cleans it."),
    ] = False,
    metadata_only: Annotated[
        bool, typer.Option("--metadata-only", help="Check the files, not the pictures.")
    ] = False,
    second_opinion: Annotated[
        bool,
        typer.Option(
            "--second-opinion",
            help="Ask ExifTool too, where it is installed, and tell what it adds.",
        ),
    ] = False,
    shared: Annotated[
        bool,
        typer.Option(
            "--shared",
            help="Remember what links these photos to others, because you shared them as they "
            "are. Needs the setting keep_photo_ledger.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what photos give away before you share them, and make copies that do not."""
    from assistant.cli.photo import Cover, Wanted, check_photos

    try:
        cover = frozenset(Cover(part.strip()) for part in (blur or "").split(",") if part.strip())
    except ValueError:
        raise typer.BadParameter(f"--blur takes {', '.join(Cover)}, parted by commas.") from None
    if cover and clean is None:
        raise typer.BadParameter("--blur needs --clean DIR, where the copies go.")
    if shared and clean is not None:
        raise typer.BadParameter(
            "--shared is about the files that were shared; give them without --clean."
        )
    wanted = Wanted(
        clean=clean,
        cover=cover,
        anew=reencode,
        metadata_only=metadata_only,
        second_opinion=second_opinion,
        shared=shared,
    )
    raise typer.Exit(check_photos(paths, wanted, as_json=as_json))


@app.command()
@boundary()
def history(
    report_id: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="Show this report.", show_default=False),
    ] = None,
    better: Annotated[
        bool, typer.Option("--better", help="Name those like it that treat you better.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the reports that are kept, or show one of them again."""
    from assistant.cli.history import list_reports, show_better, show_report

    if report_id is None:
        if better:
            raise typer.BadParameter("--better needs the ID of a report; `history` lists them.")
        list_reports(as_json=as_json)
    elif better:
        show_better(report_id, as_json=as_json)
    else:
        show_report(report_id, as_json=as_json)


@app.command()
@boundary()
def forget(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID|NAME]",
            help="One report by its id, or all reports of one name.",
            show_default=False,
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Forget every report and all shared photos.")
    ] = False,
    photos: Annotated[
        bool, typer.Option("--photos", help="Forget what links the photos you shared.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete reports, and leave nothing of them on disk."""
    from assistant.cli.history import forget_everything, forget_photos, forget_reports

    if sum((everything, photos, what is not None)) != 1:
        raise typer.BadParameter("say what to forget: an ID, a NAME, --photos, or --all.")
    if what is not None:
        forget_reports(what)
    elif photos:
        forget_photos(ask=not yes)
    else:
        forget_everything(ask=not yes)


@app.command()
@boundary()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 takes a free one.", show_default="8765")
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Start the local service and its page."""
    from assistant.cli.serve import start

    start(host=host, port=port, open_page=open_page)


@app.command()
@boundary()
def pair(
    revoke: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Disconnect this browser.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the browsers that are connected to the service, or disconnect one."""
    from assistant.cli.pair import list_browsers, revoke_browser

    if revoke is None:
        list_browsers(as_json=as_json)
    else:
        revoke_browser(revoke, as_json=as_json)


@app.command()
@boundary()
def extension(
    *,
    pack: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write a zip for each browser into this folder.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell how to load the browser extension, and pack it."""
    from assistant.cli.extension import show_extension

    show_extension(pack=pack, as_json=as_json)


app.add_typer(lists_app)


@app.command()
@boundary()
def doctor(as_json: AsJson = False) -> None:
    """Check that everything the assistant needs is in place."""
    from assistant.cli.checkup import print_checks

    if not print_checks(as_json=as_json):
        raise typer.Exit(ExitCode.FAILED)
