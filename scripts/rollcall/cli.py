"""The command `rollcall`. Reports go to stdout, problems with the call to stderr.

Exit codes: 0 complete, 1 findings, 2 wrong usage or checklist or nothing to check, 3 our bug.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from rollcall import listing
from rollcall.checklist import Plan
from rollcall.engine import WAIVER, check
from rollcall.load import load
from rollcall.model import (
    InputError,
    Level,
    Outcome,
    Place,
    Report,
    Severity,
    Status,
    Text,
    did_you_mean,
)
from rollcall.project import Project, matches, stem
from rollcall.reporters import REPORTERS
from rollcall.rules import RULES
from rollcall.schema import schema as checklist_schema
from rollcall.skeleton import skeleton
from rollcall.snapshot import Snapshot

CONFIG: Final = "checklist.yml"
_RULE_IDS: Final = [*(rule.ID for rule in RULES), WAIVER]
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
@click.option("--ignore", multiple=True, metavar="RULE", help="Not these rules (repeatable).")
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
    chosen, ignored = _rule_ids(select, "--select", lang), _rule_ids(ignore, "--ignore", lang)
    snapshot, plan = _open(config, lang)
    try:
        report = check(
            plan,
            snapshot,
            level=Level[level.upper()] if level else None,
            select=chosen,
            ignore=ignored,
        )
    except InputError as error:
        _fail(error, lang)
    if paths:
        report = _restrict(report, snapshot, paths, lang)
    reporter = next(r for r in REPORTERS if output_format == r.ID)
    _write(reporter.render(report, lang), output_file, snapshot, plan, lang)
    sys.exit(_exit_code(report, fail_on, exit_zero))


def _exit_code(report: Report, fail_on: str, exit_zero: bool) -> int:
    if any(outcome.status is Status.BROKEN for outcome in report.outcomes):
        return 3
    if exit_zero or fail_on == "never":
        return 0
    least = Severity(fail_on).rank
    return int(any(outcome.severity.rank >= least for outcome in report.findings))


def _rule_ids(written: tuple[str, ...], option: str, lang: str) -> tuple[str, ...]:
    ids = tuple(name.strip() for value in written for name in value.split(","))
    for name in ids:
        if name not in _RULE_IDS:
            guess = did_you_mean(name, _RULE_IDS)
            _stop(
                Text(
                    f"{option}：没有规则 `{name}`{guess.zh}",
                    f"{option}: no rule `{name}`{guess.en}",
                ),
                lang,
            )
    return ids


def _restrict(report: Report, snapshot: Snapshot, paths: tuple[str, ...], lang: str) -> Report:
    """Only outcomes at these paths; a path at which nothing is checked is an error."""
    kept: dict[Outcome, None] = {}
    for written in paths:
        try:
            path = Path(written).resolve().relative_to(snapshot.root).as_posix()
        except ValueError:
            _stop(
                Text(f"{written} 不在 {snapshot.root} 里", f"{written} is not in {snapshot.root}"),
                lang,
            )
        here = [
            outcome
            for outcome in report.outcomes
            if path in (".", outcome.at.path) or outcome.at.path.startswith(f"{path}/")
        ]
        if not here:
            _stop(
                Text(f"{written}：这里没有可检查的内容", f"{written}: nothing is checked here"),
                lang,
            )
        kept |= dict.fromkeys(here)
    outcomes = tuple(outcome for outcome in report.outcomes if outcome in kept)
    return Report(outcomes, report.scope, report.rules)


def _write(text: str, output_file: str | None, snapshot: Snapshot, plan: Plan, lang: str) -> None:
    if output_file is None:
        click.echo(text, nl=False)
        return
    target = Path(output_file).resolve()
    inputs = [snapshot.root / plan.source.path]
    inputs += [snapshot.root / language.docs for language in plan.checklist.languages.values()]
    if any(target == path or path in target.parents for path in inputs):
        _stop(
            Text(
                f"{output_file} 是检查的输入，不能覆盖", f"{output_file} is an input of the check"
            ),
            lang,
        )
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        what = error.strerror
        _stop(
            Text(f"{output_file} 写不了：{what}", f"{output_file} cannot be written: {what}"), lang
        )


@cli.command()
@click.argument("rule")
@_language_option
def explain(rule: str, lang: str) -> None:
    """What RULE requires, why, and its options."""
    (name,) = _rule_ids((rule,), "explain", lang)
    if name == WAIVER:
        click.echo(listing.explain_waiver(lang), nl=False)
        return
    found = next(module for module in RULES if name == module.ID)
    click.echo(listing.explain(found, lang), nl=False)


@cli.command("list")
@click.argument(
    "what", type=click.Choice(["types", "pages", "sections", "missing", "rules"]), default="types"
)
@_config_option
@_language_option
def list_command(what: str, config: str | None, lang: str) -> None:
    """What the checklist demands: types, pages, sections; or what is missing."""
    if what == "rules":
        click.echo(listing.rules(lang), nl=False)
        return
    snapshot, plan = _open(config, lang)
    try:
        project = Project(plan, snapshot)
        report = check(plan, snapshot)
    except InputError as error:
        _fail(error, lang)
    lists = {
        "types": listing.types,
        "pages": listing.pages,
        "sections": listing.sections,
        "missing": listing.missing,
    }
    click.echo(lists[what](project, report, lang), nl=False)


@cli.command()
@click.argument("type_id", metavar="TYPE")
@click.option("--page", "name", help="Name of the page: all missing ones of TYPE by default.")
@_config_option
@_language_option
def new(type_id: str, name: str | None, config: str | None, lang: str) -> None:
    """Write page skeletons of TYPE in every language; existing files are never touched."""
    snapshot, plan = _open(config, lang)
    types = plan.checklist.document_types
    if type_id not in types:
        guess = did_you_mean(type_id, list(types))
        _stop(Text(f"没有类型 `{type_id}`{guess.zh}", f"no type `{type_id}`{guess.en}"), lang)
    written = list(_new_pages(snapshot, plan, type_id, name, lang))
    for path in written:
        click.echo(Text(f"写好骨架：{path}", f"wrote skeleton: {path}").get(lang))
    if not written:
        _stop(Text("没有要写的：文件都在了", "nothing to write: every file exists"), lang)


def _new_pages(
    snapshot: Snapshot, plan: Plan, type_id: str, name: str | None, lang: str
) -> Iterator[str]:
    document = plan.checklist.document_types[type_id]
    targets = [
        (k, k.path) for k in document.pages if not k.is_glob and name in (None, stem(k.path))
    ]
    if not targets and name is not None:
        kinds = [k for k in document.pages if k.is_glob]
        file = name.removesuffix(".md") + ".md"
        in_glob = ((k, k.path.rpartition("/")[0] + "/" + file) for k in kinds)
        targets = [(k, key) for k, key in in_glob if matches(key, k.path)]
    if not targets:
        names = [stem(k.path) for k in document.pages if not k.is_glob]
        guess = did_you_mean(name or "", names)
        _stop(Text(f"没有页面 `{name}`{guess.zh}", f"no page `{name}`{guess.en}"), lang)
    for kind, key in targets:
        for language, setting in plan.checklist.languages.items():
            target = snapshot.root / setting.docs / key
            if not target.resolve().is_relative_to(snapshot.root) or target.is_symlink():
                _stop(Text(f"{key} 在目录树之外", f"{key} is outside the tree"), lang)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("x", encoding="utf-8") as file_:
                    file_.write(skeleton(plan.checklist, document, kind, language))
            except FileExistsError:
                continue
            except OSError as error:
                _stop(Text(f"{key} 写不了：{error.strerror}", f"{key}: {error.strerror}"), lang)
            yield f"{setting.docs}/{key}"


@cli.command()
def schema() -> None:
    """Print the JSON Schema of checklist.yml."""
    click.echo(json.dumps(checklist_schema(), ensure_ascii=False, indent=2))


def _open(config: str | None, lang: str) -> tuple[Snapshot, Plan]:
    """The tree and the plan that `--config`, or the nearest checklist, names."""
    path = Path(config).resolve() if config else _nearest(lang)
    snapshot = Snapshot(path.parent)
    try:
        return snapshot, load(snapshot, path.name)
    except InputError as error:
        _fail(error, lang)


def _nearest(lang: str) -> Path:
    here = Path.cwd()
    found = [folder / CONFIG for folder in (here, *here.parents) if (folder / CONFIG).is_file()]
    if not found:
        _stop(
            Text(
                f"{here} 及其上级目录里没有 {CONFIG}；用 --config 指明",
                f"no {CONFIG} in {here} or above; name it with --config",
            ),
            lang,
        )
    return found[0]


def _fail(error: InputError, lang: str) -> NoReturn:
    for place, text in error.problems:
        click.echo(f"{place}: error: {text.get(lang)}", err=True)
    count = len(error.problems)
    summary = Text(f"{count} 处错误，没有检查任何文档", f"{count} errors, nothing was checked")
    click.echo(summary.get(lang), err=True)
    sys.exit(2)


def _stop(text: Text, lang: str) -> NoReturn:
    click.echo(f"rollcall: {text.get(lang)}", err=True)
    sys.exit(2)


def main() -> None:
    """Entry point: anything unforeseen is our bug, said as such, exit 3."""
    try:
        cli()
    except Exception as error:  # the last resort: a user never sees a bare traceback
        _bug(error)


def _bug(error: Exception) -> NoReturn:
    place = Place("rollcall")
    click.echo(f"{place}: internal error: {type(error).__name__}: {error}", err=True)
    click.echo("this is a bug in rollcall; set ROLLCALL_TRACEBACK=1 to see where", err=True)
    if os.environ.get("ROLLCALL_TRACEBACK"):
        raise error
    sys.exit(3)
