"""The settings table of the configuration pages says what `kite/settings.py` says."""

import typing
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from kite.settings import Settings
from tests.snippets.session import ROOT

WORDS = {
    "zh": {"yes": "是", "empty": "空", "path": "路径", "url": "SQLite 地址"},
    "en": {"yes": "yes", "empty": "empty", "path": "path", "url": "SQLite URL"},
}
HOST = {"zh": "主机名或 IPv4", "en": "host name or IPv4"}
PROGRAM = {"zh": "路径或名称", "en": "path or name"}
PATHS = ("data_dir", "nginx_binary", "rtmp_module", "ffmpeg_binary")


def allowed(name: str, field: FieldInfo, unit: str | None, lang: str) -> tuple[str, str]:
    """Type and range of a setting, as the table words them."""
    if typing.get_origin(field.annotation) is typing.Literal:
        return "string", " / ".join(f"`{value}`" for value in typing.get_args(field.annotation))
    least = next((m.ge for m in field.metadata if hasattr(m, "ge")), None)
    most = next((m.le for m in field.metadata if hasattr(m, "le")), None)
    if least is not None:
        return "integer", f"{least}–{most}" + (f" {unit}" if unit else "")
    named = {"public_host": HOST[lang], "ffmpeg_binary": PROGRAM[lang]}
    words = WORDS[lang]["path" if name in PATHS else "url"]
    return "path" if name in PATHS else "string", named.get(name, words)


def rows(lang: str) -> list[str]:
    found = []
    for name, field in Settings.model_fields.items():
        facts: dict[str, Any] = typing.cast("dict[str, Any]", field.json_schema_extra)
        kind, bounds = allowed(name, field, facts["unit"], lang)
        default = f"`{field.default}`" if str(field.default) else WORDS[lang]["empty"]
        meaning = str(facts["zh"] if lang == "zh" else field.description)
        assert facts["restart"]
        cells = (f"`{name}`", kind, default, bounds, WORDS[lang]["yes"], meaning)
        found.append(f"| {' | '.join(cells)} |")
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_table_is_true_to_the_source(lang: str) -> None:
    page = (ROOT / "docs" / lang / "deploy" / "configuration.md").read_text(encoding="utf-8")
    shown = [line for line in page.splitlines() if line.startswith("| `")]
    assert shown == rows(lang)
