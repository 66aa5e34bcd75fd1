"""Every file of the policy folder is known, valid, and has the files it refers to."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, did_you_mean, met, unmet
from rollcall.policy.files import Invalid, judge, policy_files
from rollcall.policy.registry import KINDS, Kind, kind_of
from rollcall.project import Project
from rollcall.snapshot import UnreadableError

ID: Final = "policy-file"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("售后数据文件不能用", "a file of policy data cannot be used")
EXPLANATION: Final = Text(
    "清单的 `policy` 指向一个文件夹，里面每个 YAML 文件有固定的格式：多写、少写、写错一个键都报在那一行。"
    "别的规则跳过有错的文件，所以先改这里。没有 `policy` 就不查。",
    "`policy` in the checklist names a folder in which every YAML file has a fixed form: a key too "
    "many, missing or wrong is reported on its line. Other rules skip a file with errors, so mend "
    "these first. Without `policy` nothing is checked.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per file that is right, else one per problem."""
    because = project.source.place("policy")
    folder = project.checklist.policy
    if folder is None:
        return
    try:
        names = policy_files(project)
    except UnreadableError as error:
        yield unmet(folder, Place(folder), because, error.reason)
        return
    if not names:
        empty = Text(f"`{folder}` 里没有 YAML 文件", f"`{folder}` holds no YAML file")
        yield unmet(folder, because, because, empty)
    for name in names:
        yield from _file(project, folder, name, because)


def _file(project: Project, folder: str, name: str, because: Place) -> Iterator[Outcome]:
    path = f"{folder}/{name}"
    kind = kind_of(name)
    if kind is None:
        guess = did_you_mean(name, [kind.path for kind in KINDS])
        unknown = Text(f"不认识这个文件{guess.zh}", f"unknown file{guess.en}")
        yield unmet(path, Place(path, 1), because, unknown)
        return
    found = judge(project, name, kind.model)
    absent = tuple(_absent(project, folder, kind))
    for place, text in found.problems if isinstance(found, Invalid) else ():
        yield unmet(f"{path}:{text.en}", place, because, text)
    for needed in absent:
        message = Text(f"要和 `{needed}` 一起用，它不在", f"goes with `{needed}`, which is missing")
        yield unmet(f"{path}:{needed}", Place(path, 1), because, message)
    if not absent and not isinstance(found, Invalid):
        yield met(path, Place(path), because)


def _absent(project: Project, folder: str, kind: Kind) -> Iterator[str]:
    for needed in kind.needs:
        if not project.snapshot.is_file(f"{folder}/{needed}"):
            yield needed
