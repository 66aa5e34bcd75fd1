"""The golden cases of `rules/`, and what every rule module owes.

A case starts from the tiny clean repository of `helpers.FILES`, with `policy: true` from
`helpers.POLICY`, which has policy data as well. `files` adds whole files (null: takes one away), `edit`
replaces text in them, `append` adds at their end. `expect` lists `at subject <- because | part of
the message`. Each case is judged twice: by its rule alone, and by all rules, where the same
findings must come out and no others (`also` names rules that rightly see a second defect, `alone`
leaves the second run out).
"""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from rollcall.model import Outcome, Status
from rollcall.rules import RULES
from tests.rollcall.helpers import FILES, POLICY, run

HERE = Path(__file__).parent
CASES = sorted((HERE / "rules").glob("*/*.yml"))
RULE_FILES = sorted(Path(__file__).parents[2].glob("scripts/rollcall/rules/[!_]*.py"))


def tree(case: dict[str, Any]) -> dict[str, str | None]:
    files: dict[str, str | None] = {
        **(POLICY if case.get("policy") else FILES),
        **case.get("files", {}),
    }
    for path, changes in case.get("edit", {}).items():
        for old, new in changes.items():
            text = files[path] or ""
            assert text.count(old) == 1, f"{path}: {old!r} occurs {text.count(old)} times"
            files[path] = text.replace(old, new)
    for path, text in case.get("append", {}).items():
        files[path] = (files[path] or "") + text
    return files


def shown(outcome: Outcome, lang: str) -> tuple[str, str]:
    where = f"{outcome.at} {outcome.subject} <- {outcome.because}"
    return where, outcome.message.get(lang)


def compare(found: tuple[Outcome, ...], expect: list[str], lang: str) -> None:
    wanted = [tuple(line.partition(" | ")[::2]) for line in expect]
    got = [shown(outcome, lang) for outcome in found]
    assert [where for where, _ in got] == [where for where, _ in wanted], got
    for (_, message), (_, part) in zip(got, wanted, strict=True):
        assert part in message


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    rule, lang, expect = path.parent.name, case.get("lang", "en"), case["expect"]
    keys = {"about", "lang", "files", "edit", "append", "expect", "also", "alone", "policy"}
    assert set(case) <= keys
    files = tree(case)
    only = run(files, select=[rule])
    compare(only.findings, expect, lang)
    if not expect:
        assert only.by_rule()[rule][Status.MET]
    everything = run(files, ignore=case.get("also", ()))
    compare(everything.findings, expect, lang) if not case.get("alone") else None
    for outcome in everything.findings:
        assert outcome.message.zh
        assert outcome.message.en
        assert outcome.message.zh != outcome.message.en


@pytest.mark.parametrize("base", [FILES, POLICY], ids=["plain", "policy"])
def test_the_base_is_clean(base: dict[str, str]) -> None:
    assert run(dict(base)).findings == ()


def test_without_a_policy_folder_no_policy_rule_says_anything() -> None:
    ours = {rule.ID for rule in RULES if "rollcall.policy" in Path(str(rule.__file__)).read_text()}  # type: ignore[attr-defined]
    counts = run(dict(FILES)).by_rule()
    assert {name for name in ours if counts[name]} == set()
    assert ours


def test_every_module_is_registered_and_named_after_its_id() -> None:
    assert sorted(rule.ID for rule in RULES) == [path.stem.replace("_", "-") for path in RULE_FILES]
    assert len({rule.ID for rule in RULES}) == len(RULES)
    assert [rule.LEVEL for rule in RULES] == sorted(rule.LEVEL for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ID)
def test_every_rule_says_what_it_wants_in_both_languages(rule: Any) -> None:
    for text in (rule.SUMMARY, rule.EXPLANATION):
        assert text.zh
        assert text.en.isascii()
        assert any("\u4e00" <= char <= "\u9fff" for char in text.zh)
    assert not rule.SUMMARY.en.endswith(".")
    assert "\n" not in rule.SUMMARY.en
    options = rule.Options.model_json_schema()
    jsonschema.Draft202012Validator.check_schema(options)
    assert options["additionalProperties"] is False
    assert all(option.get("description") for option in options.get("properties", {}).values())
    rule.Options()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ID)
def test_every_rule_has_cases_both_ways_and_in_both_languages(rule: Any) -> None:
    mine = [path for path in CASES if path.parent.name == rule.ID]
    cases = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in mine]
    assert any(case["expect"] for case in cases)
    assert any(not case["expect"] for case in cases)
    assert {case.get("lang", "en") for case in cases} == {"zh", "en"}


def test_no_case_belongs_to_no_rule() -> None:
    assert {path.parent.name for path in CASES} == {rule.ID for rule in RULES}
