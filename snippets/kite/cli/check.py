"""``kite doctor`` and ``kite support-bundle``: what is wrong, for oneself and for a supporter."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from kite import bundle, doctor, plugins
from kite.terminal import FilePath, Terminal, as_json, pass_terminal


@click.command("doctor")
@as_json
@pass_terminal
def doctor_command(terminal: Terminal, as_json: bool) -> None:
    """Check what a deployment needs.

    Exit 1 if a check fails; warnings do not count.
    """
    settings = terminal.load().settings
    results = doctor.examine(settings, plugins.checks(settings))
    if as_json:
        click.echo(json.dumps([asdict(r) for r in results], indent=2, ensure_ascii=False))
    for result in () if as_json else results:
        click.echo(f"{result.status:<4} {result.code} {result.message}")
        if result.fix:
            click.echo(f"     fix: {result.fix}")
    if any(result.status == "fail" for result in results):
        raise SystemExit(1)


@click.command("support-bundle")
@click.argument("file", type=FilePath)
@click.option("--mask-ips/--no-mask-ips", default=True, help="Replace IP addresses by numbers.")
@pass_terminal
def support_bundle(terminal: Terminal, file: Path, mask_ips: bool) -> None:
    """Write what a supporter needs to FILE (tar.gz).

    Secrets are masked. Kite need not run, and the database may be broken.
    """
    for name in bundle.write(terminal.load(), file, mask_people=mask_ips):
        click.echo(f"  {name}")
    click.echo(f"Wrote {file}. Secrets are masked; look into it before you send it.")
