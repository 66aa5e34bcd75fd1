"""Tests of the plugin alone: no Kite runs."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kite_word_filter import WordFilter

from kite.plugin_api import PluginEvent, PublishRequest, Refused
from kite.settings import Settings


def make(folder: Path, rules: str) -> WordFilter:
    (folder / "word-filter.toml").write_text(rules, encoding="utf-8")
    (folder / "logs").mkdir()
    return WordFilter(Settings(data_dir=folder))


def test_titles(tmp_path: Path) -> None:
    plugin = make(tmp_path, 'refuse = ["spam"]\nmask = ["damn", "c++"]')
    assert plugin.filter_text("Damn good c++") == "**** good ***"
    with pytest.raises(Refused, match="not allowed"):
        plugin.filter_text("no SPAM here")


def test_no_words_change_nothing(tmp_path: Path) -> None:
    assert make(tmp_path, "").filter_text("any title") == "any title"


@pytest.mark.parametrize("open_now", [True, False])
def test_opening_hours(tmp_path: Path, open_now: bool) -> None:
    hour = datetime.now(UTC).hour
    hours = (hour, hour + 2) if open_now else (hour + 2, hour + 4)
    plugin = make(tmp_path, f"open_from = {hours[0]}\nopen_until = {hours[1]}")
    verdict = plugin.authorise_publish(PublishRequest("demo", 1, None, "192.0.2.7"))
    assert (verdict is None) == open_now


def test_event_is_logged(tmp_path: Path) -> None:
    plugin = make(tmp_path, "")
    plugin.on_event(PluginEvent(7, "room.banned", datetime.now(UTC), {"room": "demo"}))
    line = (tmp_path / "logs" / "word-filter.jsonl").read_text(encoding="utf-8")
    assert json.loads(line) == {"id": 7, "type": "room.banned", "room": "demo"}


def test_doctor(tmp_path: Path) -> None:
    plugin = make(tmp_path, 'mask = ["damn"]')
    (check,) = plugin.checks()
    assert check.look(plugin.settings).status == "ok"


def test_without_rules_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        WordFilter(Settings(data_dir=tmp_path))
