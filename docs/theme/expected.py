"""MkDocs hook: what the commands of a page expect to find, for the line under its title (`main.html`).

The names are those of `extra.expected` in mkdocs.yml; the table in the FAQ says what each is.
"""

import re
from html import unescape

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

CODE = re.compile(r'<div class="language-(bash|python) highlight">.*?<pre>(.*?)</pre>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")
VARIABLE = re.compile(r"[A-Z_]+")


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> None:  # noqa: ARG001
    """Note the names that the code of a page uses and does not make itself."""
    code: dict[str, str] = {"bash": "", "python": ""}
    for language, block in CODE.findall(html):
        code[language] += unescape(TAG.sub("", block)) + "\n"
    names = config.extra["expected"]
    page.meta["expected"] = [
        name for name in names if is_expected(name, code["bash"], code["python"])
    ]


def is_expected(name: str, shell: str, python: str) -> bool:
    """Whether code uses a variable, a program, a file or a module of Python that it does not make.

    A file is made where a command ends with its name, as FFmpeg's do.
    """
    word = re.escape(name)
    if VARIABLE.fullmatch(name):
        made = re.search(rf"\b{word}=|\bexport {word}\b", shell)
        return bool(re.search(rf"\${{?{word}\b", shell)) and not made
    used = re.search(rf"(?<![\w./-]){word}[ \t\\]", shell) or re.search(
        rf"^import {word}\b", python, re.M
    )
    return bool(used) and not re.search(rf"[ \t]{word}$", shell, re.M)
