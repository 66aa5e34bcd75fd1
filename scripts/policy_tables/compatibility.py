"""The matrix of what was tested, and of what was not."""

from collections.abc import Callable, Mapping
from typing import Final

from policy_tables.policy import Policy, table
from rollcall.model import Text
from rollcall.policy.compat import Compatibility

HEADER: Final = Text(
    "类别 | 对象 | 版本 | 结果 | 日期 | 测了什么，或要测什么",
    "Kind | Subject | Version | Result | Day | What was tested, or what to test",
)
KINDS: Final = {
    "browser": Text("浏览器", "browser"),
    "phone": Text("手机", "phone"),
    "encoder": Text("编码器", "encoder"),
    "player": Text("播放器", "player"),
    "server": Text("服务器", "server"),
    "network": Text("网络", "network"),
}
RESULTS: Final = {
    "works": Text("能用", "works"),
    "fails": Text("不能用", "does not work"),
    "not-tested": Text("没测过", "not tested"),
}


def compatibility(policy: Policy, language: str) -> str:
    """Every row; what was tested comes with version and day."""
    rows = policy.read("compat.yml", Compatibility).rows
    return table(
        HEADER.get(language).split(" | "),
        (
            (
                KINDS[row.kind].get(language),
                row.subject.get(language),
                row.version or "—",
                RESULTS[row.result].get(language),
                str(row.tested or "—"),
                row.what.get(language),
            )
            for row in rows
        ),
    )


TABLES: Final[Mapping[str, Callable[[Policy, str], str]]] = {"compatibility": compatibility}
