"""The record as rollcall reads it: whatever is wrong with it is said with its line."""

import json

import pytest

from rollcall.model import InputError, Place
from rollcall.proof import digest, read_record
from rollcall.steps import steps_of
from tests.rollcall.helpers import CHECKLIST, FILES, problems, run, snapshot

ENTRY = {
    "sha256": digest("x"),
    "kind": "ran",
    "tests": ["a::b"],
    "date": "2026-01-01",
    "version": "Kite 0.2",
}


def wrong(text: str | None) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_record(snapshot({"proof.json": text}), "proof.json", Place("checklist.yml", 6))
    for _, message in caught.value.problems:
        assert message.zh != message.en
    return [f"{place}: {message.en}" for place, message in caught.value.problems]


def test_a_good_record() -> None:
    text = json.dumps({"version": 1, "snippets": {"snippets/a.sh": ENTRY}}, indent=1)
    record = read_record(snapshot({"proof.json": text}), "proof.json", Place("checklist.yml"))
    entry = record.snippets["snippets/a.sh"]
    assert entry.proves("x")
    assert not entry.proves("y")
    assert f"{entry.date}" == "2026-01-01"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sha256": "0" * 63}, "proof.json:5: not a record of proof: `snippets.snippets/a.sh.sha"),
        ({"kind": "seen"}, "proof.json:6: not a record"),
        ({"tests": []}, "proof.json:7: not a record"),
        ({"date": "soon"}, "proof.json:10: not a record"),
        ({"by": "me"}, "snippets.snippets/a.sh.by"),
    ],
)
def test_a_wrong_entry(change: dict[str, object], said: str) -> None:
    text = json.dumps({"version": 1, "snippets": {"snippets/a.sh": {**ENTRY, **change}}}, indent=1)
    (line,) = wrong(text)
    assert said in line
    assert "a complete test run rewrites it" in line


@pytest.mark.parametrize("text", ["", "[]", "{", '{"version": 2, "snippets": {}}'])
def test_no_record_at_all(text: str) -> None:
    assert wrong(text)


def test_a_missing_record_is_said_where_it_is_asked_for() -> None:
    assert wrong(None) == [
        "checklist.yml:6: there is no record of proof: proof.json; a complete test run rewrites it"
    ]
    with pytest.raises(InputError):
        run({**FILES, "checklist.yml": CHECKLIST + "proof: proof.json\n"})


def test_the_checklist_names_a_file_of_the_tree() -> None:
    assert problems(CHECKLIST + "proof: ../proof.json\n")
    assert problems(CHECKLIST + "proof: proof.json\n") == []


def test_steps_of_a_session() -> None:
    text = """
# --8<-- [start:a]
# --8<-- [end:a]
# aside: a look
# silent
# --8<-- [start:b]
# part: later
# --8<-- [start:c]
echo "# part: not-this"
# --8<-- [start:a]
"""
    found = [(s.name, s.index, s.part, s.aside) for s in steps_of(text).values()]
    assert found == [("a", 0, "", False), ("b", 1, "", True), ("c", 2, "later", False)]
