"""Where a report goes: stdout, or a file that is replaced as a whole and is never an input."""

import os
from pathlib import Path

import click

from rollcall.checklist import Checklist
from rollcall.model import Refusal


def write(text: str, output_file: str | None, root: Path, inputs: tuple[str, ...]) -> None:
    """Print a report, or put it in a file that lies in none of `inputs`.

    Raises:
        Refusal: the file is an input of the check, or cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")  # a file name need not be UTF-8
    if output_file is None:
        click.echo(data, nl=False)
        return
    target = Path(output_file).resolve()
    for path in ((root / name).resolve() for name in inputs):
        if target == path or path in target.parents:
            raise Refusal(
                f"{output_file} 是检查的输入，不能覆盖", f"{output_file} is an input of the check"
            )
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        partial.write_bytes(data)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        what = error.strerror
        raise Refusal(f"{output_file} 写不了：{what}", f"{output_file}: {what}") from None


def inputs_of(checklist: Checklist, path: str) -> tuple[str, ...]:
    """All that a check reads, from the root: the checklist, pages, snippets, configurations."""
    languages = checklist.languages.values()
    configs = [language.config for language in languages if language.config is not None]
    return (path, *(language.docs for language in languages), *checklist.snippets, *configs)
