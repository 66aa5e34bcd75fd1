"""The curriculum hangs together: units of roles exist, every unit is used, every page is there."""

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, did_you_mean, met, unmet
from rollcall.policy.files import PolicyFile, read_policy
from rollcall.policy.training import Training
from rollcall.project import Project

ID: Final = "training-plan"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("培训大纲对不上", "the training plan does not hang together")
EXPLANATION: Final = Text(
    "`training.yml`：`roles` 里的角色要齐；角色引用的单元要存在，每个单元至少有一个角色用；"
    "教材和故障演练指向的页面在每种语言里都要有。",
    "In `training.yml` the roles named by `roles` are there; a role's units exist and every unit "
    "belongs to a role; the pages named as material and by drills exist in every language.",
)


class Options(Strict):
    """Who must have a path."""

    roles: tuple[str, ...] = Field(
        ("ops", "admin", "developer", "broadcaster"), description="ids of roles"
    )


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per role, unit and drill that is right, else one per problem."""
    file = read_policy(project, "training.yml", Training)
    if file is None:
        return
    because = project.source.place("policy")
    yield from _roles(project, file, options)
    used = {unit for role in file.data.roles.values() for unit in role.units}
    for key, unit in file.data.units.items():
        place = file.place("units", key)
        problems = [*_pages(project, unit.material)]
        if key not in used:
            problems.append(Text("没有角色用它", "belongs to no role"))
        if not problems:
            yield met(f"unit {key}", place, because)
        for problem in problems:
            message = Text(f"单元 `{key}`：{problem.zh}", f"unit `{key}` {problem.en}")
            yield unmet(f"unit {key}:{problem.en}", place, because, message)
    for key, drill in file.data.drills.items():
        place = file.place("drills", key)
        problems = [*_pages(project, (drill.page,))]
        if not problems:
            yield met(f"drill {key}", place, because)
        for problem in problems:
            message = Text(f"演练 `{key}`：{problem.zh}", f"drill `{key}` {problem.en}")
            yield unmet(f"drill {key}:{problem.en}", place, because, message)


def _roles(project: Project, file: PolicyFile[Training], options: Options) -> Iterator[Outcome]:
    because = project.source.place("policy")
    roles, units = file.data.roles, file.data.units
    for key in options.roles:
        if key not in roles:
            missing = Text(f"缺少角色 `{key}`", f"role `{key}` is missing")
            yield unmet(f"role {key}", file.place("roles"), because, missing)
    for key, role in roles.items():
        place = file.place("roles", key)
        unknown = [unit for unit in role.units if unit not in units]
        if not unknown:
            yield met(f"role {key}", place, because)
        for unit in unknown:
            guess = did_you_mean(unit, list(units))
            message = Text(
                f"角色 `{key}` 的单元 `{unit}` 不存在{guess.zh}",
                f"role `{key}` names the unknown unit `{unit}`{guess.en}",
            )
            yield unmet(f"role {key}:{unit}", place, because, message)


def _pages(project: Project, pages: tuple[str, ...]) -> Iterator[Text]:
    for page in pages:
        for language in project.checklist.languages:
            path = project.path_in(page, language)
            if path not in project.by_path and path not in project.absent:
                yield Text(f"页面 {path} 不存在", f"names the page {path}, which does not exist")
