"""The record of what tests have proven: which snippet, with what content, by which tests, when.

A test run writes it (this package never does); the hash of the content ties an entry to the text
that was run, so an entry says nothing about any other text.
"""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Final, Literal

from pydantic import Field, ValidationError

from rollcall.checklist import Strict
from rollcall.model import InputError, Place, Text
from rollcall.snapshot import Snapshot, UnreadableError
from rollcall.yaml_tree import Tree, YamlError, parse

_BY_TESTS: Final = Text("；不要手改，由一次完整的测试重写", "; a complete test run rewrites it")


class Entry(Strict):
    """What is known of one snippet.

    `kind` says what was done with it: it `ran`, it was compared as the `output` of what ran, or it
    was `used` (given to the program it configures). `version` names the product it was proven with.
    """

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="of the text, line ends normalised")
    kind: Literal["ran", "output", "used"]
    tests: tuple[str, ...] = Field(min_length=1, description="ids of the tests, sorted")
    date: date
    version: str = Field(min_length=1)

    def proves(self, text: str) -> bool:
        """Whether it is about this text."""
        return self.sha256 == digest(text)


class Record(Strict):
    """The whole record: snippet path from the root → entry."""

    version: Literal[1] = Field(description="version of this format")
    environment: Mapping[str, str] = Field({}, description="program → version, of the last writing")
    snippets: Mapping[str, Entry]


def digest(text: str) -> str:
    """SHA-256 of a text as a `Snapshot` reads it, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def read_record(snapshot: Snapshot, path: str, because: Place) -> Record:
    """Read a record; JSON is YAML, so each problem has its line.

    Raises:
        InputError: missing (at `because`), not JSON, or not a record.
    """
    if not snapshot.is_file(path):
        zh, en = f"实证记录不存在：{path}", f"there is no record of proof: {path}"
        raise InputError(((because, Text(zh + _BY_TESTS.zh, en + _BY_TESTS.en)),))
    try:
        tree = parse(snapshot.read(path))
        return Record.model_validate(tree.data)
    except UnreadableError as error:
        raise InputError(((Place(path), error.reason),)) from None
    except YamlError as error:
        raise InputError(((Place(path, error.line), Text(error.zh, error.en)),)) from None
    except ValidationError as error:
        raise InputError(tuple(_problems(error, tree, path))) from None


def _problems(error: ValidationError, tree: Tree, path: str) -> list[tuple[Place, Text]]:
    found = []
    for item in error.errors():
        name = ".".join(map(str, item["loc"])) or path
        zh = f"不是实证记录：`{name}`：{item['msg']}{_BY_TESTS.zh}"
        en = f"not a record of proof: `{name}`: {item['msg']}{_BY_TESTS.en}"
        found.append((Place(path, tree.line(item["loc"])), Text(zh, en)))
    return found
