"""The command `rollcall`. Reports go to stdout, problems with the call to stderr.

Exit codes: 0 complete, 1 findings, 2 wrong usage or checklist or nothing to check, 3 our bug.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from rollcall import listing
from rollcall.checklist import Plan
from rollcall.confirm import confirm, ledger_path
from rollcall.engine import WAIVER, check
from rollcall.ledger import read_ledger, write_ledger
from rollcall.load import load
from rollcall.model import (
    InputError,
    Level,
    Refusal,
    Report,
    Severity,
    Status,
    Text,
    did_you_mean,
)
from rollcall.output import inputs_of, replace, write
from rollcall.project import Project
from rollcall.reporters import REPORTERS
from rollcall.restrict import restrict
from rollcall.rules import RULES
from rollcall.schema import schema as checklist_schema
from rollcall.skeleton import write_skeletons
from rollcall.snapshot import Snapshot

CONFIG: Final = "checklist.yml"
_RULE_IDS: Final = [*(rule.ID for rule in RULES), WAIVER]
NOTHING_CHECKED: Final = Text("没有检查任何文档", "nothing was checked")
NOTHING_CONFIRMED: Final = Text("没有确认任何译文", "nothing was confirmed")
_LEVELS: Final = [level.name.lower() for level in Level]


def default_language() -> str:
    """`zh` where the locale is Chinese, else `en` (POSIX: LC_ALL, LC_MESSAGES, LANG)."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next((name for name in names if name), "").startswith("zh") else "en"


def _language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default=default_language,
        help="Language of messages; from the locale by default.",
    )(command)


def _config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--config",
        type=click.Path(dir_okay=False),
        help=f"The checklist; its folder is the root. By default the nearest {CONFIG} upwards.",
    )(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rollcall")
def cli() -> None:
    """Every required document, section and translation answers, or the build fails."""


@cli.command("check")
@click.argument("paths", nargs=-1, type=click.Path())
@_config_option
@click.option("--output-format", type=click.Choice([r.ID for r in REPORTERS]), default="text")
@click.option("--output-file", type=click.Path(dir_okay=False), help="Write the report here.")
@click.option("--select", multiple=True, metavar="RULE", help="Only these rules (repeatable).")
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULE",
    envvar="ROLLCALL_IGNORE",
    help="Not these rules (repeatable); without it, those in $ROLLCALL_IGNORE.",
)
@click.option("--level", type=click.Choice(_LEVELS), help="Rules of this level and below.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    default="info",
    show_default=True,
    help="Least severity that makes the exit code 1.",
)
@click.option("--exit-zero", is_flag=True, help="Exit 0 even with findings.")
@_language_option
def check_command(
    paths: tuple[str, ...],
    config: str | None,
    output_format: str,
    output_file: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    level: str | None,
    fail_on: str,
    exit_zero: bool,
    lang: str,
) -> None:
    """Check the documents; PATHS restrict the report to these files and folders."""
    with _refusals_in(lang):
        chosen, ignored = _rule_ids(select, "--select"), _rule_ids(ignore, "--ignore")
        snapshot, plan = _open(config)
        least = Level[level.upper()] if level else None
        report = check(plan, snapshot, level=least, select=chosen, ignore=ignored)
        if paths:
            report = restrict(report, plan.checklist, snapshot.root, paths)
        reporter = next(r for r in REPORTERS if output_format == r.ID)
        inputs = inputs_of(plan.checklist, plan.source.path)
        write(reporter.render(report, lang), output_file, snapshot.root, inputs)
    sys.exit(_exit_code(report, fail_on, exit_zero))


def _exit_code(report: Report, fail_on: str, exit_zero: bool) -> int:
    if any(outcome.status is Status.BROKEN for outcome in report.outcomes):
        return 3
    if exit_zero or fail_on == "never":
        return 0
    least = Severity(fail_on).rank
    return int(any(outcome.severity.rank >= least for outcome in report.findings))


def _rule_ids(written: tuple[str, ...], option: str) -> tuple[str, ...]:
    ids = tuple(name.strip() for value in written for name in value.split(","))
    for name in ids:
        _known_rule(name, option)
    return ids


def _known_rule(name: str, option: str) -> None:
    if name not in _RULE_IDS:
        guess = did_you_mean(name, _RULE_IDS)
        raise Refusal(
            f"{option}：没有规则 `{name}`{guess.zh}", f"{option}: no rule `{name}`{guess.en}"
        )


@cli.command()
@click.argument("rule")
@_language_option
def explain(rule: str, lang: str) -> None:
    """What RULE requires, why, and its options."""
    with _refusals_in(lang):
        _known_rule(rule, "explain")
    if rule == WAIVER:
        click.echo(listing.explain_waiver(lang), nl=False)
        return
    found = next(module for module in RULES if rule == module.ID)
    click.echo(listing.explain(found, lang), nl=False)


@cli.command("list")
@click.argument(
    "what", type=click.Choice(["types", "pages", "sections", "missing", "rules"]), default="types"
)
@click.option("--matrix", is_flag=True, help="Each type and language with the level reached.")
@_config_option
@_language_option
def list_command(what: str, matrix: bool, config: str | None, lang: str) -> None:
    """What the checklist demands: types, pages, sections; what is missing; how far each is."""
    if what == "rules" and not matrix:
        click.echo(listing.rules(lang), nl=False)
        return
    with _refusals_in(lang):
        snapshot, plan = _open(config)
        level = Level.PROVEN if matrix else None
        project, report = Project(plan, snapshot), check(plan, snapshot, level=level)
    lists = {
        "types": listing.types,
        "pages": listing.pages,
        "sections": listing.sections,
        "missing": listing.missing,
    }
    chosen = listing.matrix if matrix else lists[what]
    click.echo(chosen(project, report, lang), nl=False)


@cli.command()
@click.argument("type_id", metavar="TYPE")
@click.option("--page", "name", help="Name of the page: all missing ones of TYPE by default.")
@_config_option
@_language_option
def new(type_id: str, name: str | None, config: str | None, lang: str) -> None:
    """Write page skeletons of TYPE in every language; existing files are never touched."""
    with _refusals_in(lang):
        snapshot, plan = _open(config)
        for path in write_skeletons(plan.checklist, snapshot.root, type_id, name):
            click.echo(Text(f"写好骨架：{path}", f"wrote skeleton: {path}").get(lang))


@cli.command("confirm")
@click.argument("pages", nargs=-1)
@click.option("--no-change", "reason", metavar="REASON", help="Why a translation stays as it is.")
@click.option("--prune", is_flag=True, help="Take out entries of what is on no page any more.")
@_config_option
@_language_option
def confirm_command(
    pages: tuple[str, ...], reason: str | None, prune: bool, config: str | None, lang: str
) -> None:
    """Note that PAGES (pages, folders, PAGE#section) say what their sources say now."""
    with _refusals_in(lang, NOTHING_CONFIRMED):
        snapshot, plan = _open(config)
        ledger = read_ledger(snapshot, ledger_path(plan))
        done = confirm(Project(plan, snapshot), ledger.entries, pages, reason=reason, prune=prune)
        if done.entries != ledger.entries:
            replace(snapshot.root, ledger.path, write_ledger(done.entries))
    for line in done.lines:
        click.echo(line.get(lang))


@cli.command()
def schema() -> None:
    """Print the JSON Schema of checklist.yml."""
    click.echo(json.dumps(checklist_schema(), ensure_ascii=False, indent=2))


def _open(config: str | None) -> tuple[Snapshot, Plan]:
    """The tree and the plan that `--config`, or the nearest checklist, names."""
    path = Path(os.path.abspath(config)) if config else _nearest()  # noqa: PTH100
    snapshot = Snapshot(path.parent)
    return snapshot, load(snapshot, path.name)


def _nearest() -> Path:
    here = Path.cwd()
    found = [folder / CONFIG for folder in (here, *here.parents) if (folder / CONFIG).is_file()]
    if not found:
        raise Refusal(
            f"{here} 及其上级目录里没有 {CONFIG}；用 --config 指明",
            f"no {CONFIG} in {here} or above; name it with --config",
        )
    return found[0]


@contextmanager
def _refusals_in(lang: str, nothing: Text = NOTHING_CHECKED) -> Iterator[None]:
    """Say on stderr, in a language, why nothing can be done, and exit with 2."""
    try:
        yield
    except Refusal as refusal:
        lines = [f"rollcall: {refusal.text.get(lang)}"]
    except InputError as error:
        lines = [f"{place}: error: {text.get(lang)}" for place, text in error.problems]
        count = len(lines)
        total = Text(f"{count} 处错误，{nothing.zh}", f"{count} errors, {nothing.en}")
        lines.append(total.get(lang))
    else:
        return
    click.echo("\n".join(lines).encode("utf-8", "backslashreplace"), err=True)
    sys.exit(2)


def main() -> None:
    """Entry point: anything unforeseen is our bug, said as such, exit 3."""
    try:
        cli()
    except Exception as error:  # the last resort: a user never sees a bare traceback
        click.echo(f"rollcall: internal error: {type(error).__name__}: {error}", err=True)
        click.echo("this is a bug in rollcall; set ROLLCALL_TRACEBACK=1 to see where", err=True)
        if os.environ.get("ROLLCALL_TRACEBACK"):
            raise
        sys.exit(3)
