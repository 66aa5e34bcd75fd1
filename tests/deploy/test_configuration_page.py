"""The settings table of the configuration pages says what `kite/settings.py` says."""

import typing
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from kite.settings import Settings
from tests.snippets.session import ROOT

WORDS = {
    "zh": {
        "yes": "是",
        "empty": "空",
        "path": "路径",
        "address": "地址",
        "networks": "IP 地址或网段（CIDR）",
        "addresses": "地址，最多 16 个",
        "names": "名称",
        "host": "主机名或 IPv4",
        "program": "路径或名称",
    },
    "en": {
        "yes": "yes",
        "empty": "empty",
        "path": "path",
        "address": "address",
        "networks": "IP addresses or networks (CIDR)",
        "addresses": "addresses, 16 at most",
        "names": "names",
        "host": "host name or IPv4",
        "program": "path or name",
    },
}
PATHS = ("data_dir", "nginx_binary", "rtmp_module", "ffmpeg_binary")
LISTS = {"control_urls": "addresses", "disabled_plugins": "names", "required_plugins": "names"}
STRINGS = {"public_host": "host", "ffmpeg_binary": "program"}


def allowed(name: str, field: FieldInfo, unit: str | None, lang: str) -> tuple[str, str]:
    """Type and range of a setting, as the table words them."""
    words = WORDS[lang]
    if typing.get_origin(field.annotation) is typing.Literal:
        return "string", " / ".join(f"`{value}`" for value in typing.get_args(field.annotation))
    if typing.get_origin(field.annotation) is tuple:
        return "list", words[LISTS.get(name, "networks")]
    least = next((m.ge for m in field.metadata if hasattr(m, "ge")), None)
    most = next((m.le for m in field.metadata if hasattr(m, "le")), None)
    if least is not None:
        return "integer", f"{least}–{most}" + (f" {unit}" if unit else "")
    kind = "path" if name in PATHS else "string"
    return kind, words[STRINGS.get(name, "path" if name in PATHS else "address")]


def shown_default(value: object, lang: str) -> str:
    """A default as the table shows it."""
    parts = [str(part) for part in value] if isinstance(value, tuple) else [str(value)]
    return ", ".join(f"`{part}`" for part in parts if part) or WORDS[lang]["empty"]


def rows(lang: str) -> list[str]:
    found = []
    for name, field in Settings.model_fields.items():
        facts: dict[str, Any] = typing.cast("dict[str, Any]", field.json_schema_extra)
        kind, bounds = allowed(name, field, facts["unit"], lang)
        default = shown_default(field.default, lang)
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
