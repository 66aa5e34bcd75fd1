"""`load` and `yaml_tree`: every error of a checklist at once, each with its line."""

from contextlib import suppress
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rollcall.model import InputError
from rollcall.schema import schema
from rollcall.yaml_tree import MAX_DEPTH, YamlError, parse
from tests.rollcall.helpers import CHECKLIST, plan, problems

ROOT = Path(__file__).parents[2]


def test_the_base_loads_and_knows_its_lines() -> None:
    loaded = plan()
    assert loaded.checklist.source_language == "zh"
    place = loaded.source.place("document_types", "deploy", "pages", 0, "sections", 1)
    assert str(place) == "checklist.yml:22"
    assert str(loaded.source.place("rules", "required-page")) == "checklist.yml:1"


def test_every_error_at_once_in_order_of_lines() -> None:
    text = """\
version: 2
levle: listed
languages:
  zh: {name: 中文, docs: ../docs, sorce: true}
  en: {name: 3, docs: docs/en/}
sections: {Bad Id: {zh: [], en: x}}
document_types:
  d:
    title: {zh: a}
    pages:
      - {title: 3, min: -1, sections: [{id: x, needs: {code: many}}]}
rules: {placeholder-text: {severity: loud, optoins: {}}}
waivers: [{rule: a, subject: b, reason: c, owner: x, expires: soon}]
"""
    found = problems(text)
    assert [line.partition(":")[0] for line in found] == [
        *(
            "1",
            "2",
            "4",
            "4",
            "5",
            "5",
            "6",
            "6",
            "6",
            "11",
            "11",
            "11",
            "11",
            "12",
            "12",
            "13",
            "13",
        )
    ]
    everything = "\n".join(found)
    for part in (
        "unknown key `levle`; did you mean `level`?",
        "unknown key `languages.zh.sorce`; did you mean `source`?",
        "`languages.zh.docs`: expected a folder",
        "`sections.Bad Id`: expected lower-case",
        "missing key `document_types.d.pages.0.path`",
        "`document_types.d.pages.0.sections.0.needs.code`: expected an integer, found 'many'",
        "did you mean `options`?",
        "expected a date",
    ):
        assert part in everything
    chinese = "\n".join(problems(text, "zh"))
    for part in (
        "未知的键 `levle`；是不是 `level`？",
        "缺少必填的键",
        "应为整数",
        "应为日期",
        "太短",
    ):
        assert part in chinese
    assert "Input should" not in everything + chinese


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("version: 1", "version: 1\nversion: 1", 2, "duplicate key `version` (see line 1)"),
        (", source: true", "", 2, "exactly one language must have `source: true`, found 0"),
        ("docs: docs/en", "docs: docs/en, source: true", 2, "found 2"),
        ("docs: docs/en", "docs: docs/zh/en", 4, "the folder of `en` lies in the folder of `zh`"),
        ("docs: docs/en", "docs: docs/zh", 4, "lies in the folder"),
        ("docs: docs/en", "docs: /docs/en", 4, "expected a folder"),
        (
            "- id: rollback",
            "- id: rolback",
            22,
            "unknown section `rolback`; did you mean `rollback`?",
        ),
        ("- id: rollback", "- id: steps", 22, "duplicate section id `steps`"),
        (
            "- id: rollback",
            "- {id: rollback, needs: {table: {columns: [prot]}}}",
            22,
            "unknown column `prot`; did you mean `port`?",
        ),
        (
            "{zh: [步骤], en: [Steps]}",
            "{zh: [步骤]}",
            9,
            "`sections.steps` has no text for language `en`",
        ),
        ("{zh: [步骤], en", "{zh: [步骤], fr: [Pas], en", 9, "no such language `fr`"),
        ("title: {zh: 部署, en: Deploy}", "title: {zh: 部署}", 19, "no text for language `en`"),
        ("path: index.md", "path: ../index.md", 18, "expected a path"),
        ("path: index.md", "path: '*/*/*/*.md'", 18, "more than 3 wildcards"),
        ("path: index.md", "path: index.md\n        min: 2", 18, "`min` cannot exceed 1"),
        (
            "pages:\n",
            "pages:\n      - {path: '*.md', title: {zh: 页, en: Page}}\n",
            19,
            "the earlier `*.md` takes the pages of `index.md`",
        ),
        ("snippets: [snippets]", "snippets: [../x]", 5, "expected a folder"),
    ],
)
def test_cross_checks(old: str, new: str, line: int, message: str) -> None:
    assert old in CHECKLIST
    found = problems(CHECKLIST.replace(old, new, 1))
    assert len(found) == 1, found
    assert found[0].startswith(f"{line}: ")
    assert message in found[0]


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        (
            "rules: {requierd-page: {}}",
            "unknown rule `requierd-page`; did you mean `required-page`?",
        ),
        ("rules: {section-id: {options: {depht: 2}}}", "did you mean `depth`?"),
        ("rules: {section-id: {options: {depth: 9}}}", "depth"),
        (
            "waivers: [{rule: no, subject: x, reason: long enough, owner: a, expires: 2030-01-01}]",
            "unknown rule `no`",
        ),
        (
            "waivers:\n"
            + "  - {rule: section-id, subject: x, reason: long enough, owner: a, expires: 2030-01-01}\n"
            * 2,
            "duplicate waiver `section-id x`",
        ),
    ],
)
def test_rules_and_waivers(tail: str, message: str) -> None:
    found = problems(CHECKLIST + tail)
    assert len(found) == 1
    assert message in found[0]
    assert int(found[0].partition(":")[0]) >= 23


def test_off_is_a_word_not_a_falsehood() -> None:
    loaded = plan(CHECKLIST + "rules: {section-id: {severity: off}}\n")
    assert loaded.checklist.rules["section-id"].severity == "off"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "empty or not a mapping"),
        ("- a\n", 1, "empty or not a mapping"),
        ("a: [1\n", 2, "not YAML"),
        ("a: 1\n---\nb: 1\n", 2, "more than one YAML document"),
        ("a: &x 1\nb: *x\n", 2, "aliases"),
        ("a: !!python/object/apply:os.system [x]\n", 1, "tags are not accepted"),
        ("? [a, b]\n: 1\n", 1, "a key must be plain text"),
        ("a:\n" + "[" * 100_000, 2, "not YAML"),
        ("a: \x07\n", 1, "not YAML"),
        ("<<: {a: 1}\n", 1, "unreadable value"),
        ("a: 2026-02-31\n", 1, "unreadable value"),
        ("a: " + "9" * 10_000 + "\n", 1, "unreadable value"),
    ],
)
def test_what_is_no_yaml_for_us(text: str, line: int, message: str) -> None:
    (found,) = problems(text)
    assert found.startswith(f"{line}: ")
    assert message in found
    assert len(found) < 300 or "9" * 50 in found


def test_lines_values_and_foreign_tags() -> None:
    tree = parse("a: 1\nb:\n  - x\n  - {c: yes, d: 2026-01-02, e: ~}\n", first_line=10)
    assert tree.lines[("b", 1, "d")] == 13
    assert tree.line(("b", 1, "no", "such")) == 13
    assert tree.data["b"][1]["c"] == "yes"
    assert str(tree.data["b"][1]["d"]) == "2026-01-02"
    assert parse("a: !!python/name:x.y ''\n", foreign_tags=True).data == {"a": ""}
    assert parse("a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)).data


def values(data: object) -> object:
    """Data without its keys: ours are always text."""
    if isinstance(data, dict):
        return [values(value) for value in data.values()]
    return [values(item) for item in data] if isinstance(data, list) else data


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab: -[]{}\n'\"#&*|>?%@`,0\t", max_size=80))
def test_any_text_is_read_as_pyyaml_reads_it_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except YamlError as error:
        assert 1 <= error.line <= text.count("\n") + 2  # noqa: PT017
        return
    with suppress(yaml.YAMLError):  # libyaml and PyYAML differ about tabs
        assert values(tree.data) == values(yaml.safe_load(text))


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["version", "languages", "sections", "document_types", "zh", "pages"]
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=10,
    )
)
def test_any_data_is_a_checklist_or_an_input_error(data: object) -> None:
    try:
        plan(yaml.safe_dump(data, allow_unicode=True))
    except InputError as error:
        assert all(place.path == "checklist.yml" for place, _ in error.problems)  # noqa: PT017


# -- the JSON Schema ----------------------------------------------------------------------------


def test_the_schema_takes_the_real_checklist_and_refuses_a_wrong_one() -> None:
    document = schema()
    jsonschema.Draft202012Validator.check_schema(document)
    validator = jsonschema.Draft202012Validator(document)
    data = parse((ROOT / "checklist.yml").read_text(encoding="utf-8")).data
    assert not list(validator.iter_errors(data))
    changes: tuple[dict[str, object], ...] = (
        {"version": 2},
        {"levle": "proven"},
        {"rules": {"no-such-rule": {}}},
        {"rules": {"section-id": {"options": {"depth": 9}}}},
        {"rules": {"section-id": {"severity": "loud"}}},
        {"languages": {}},
        {"sections": {"Bad Id": {"zh": ["x"]}}},
    )
    for change in changes:
        assert list(validator.iter_errors({**data, **change})), change
