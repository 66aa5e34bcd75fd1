"""Who may do what: roles, actions, and the table of both. The operator manual prints it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from kite.errors import KiteError

Role = Literal["viewer", "moderator", "operator", "owner"]
"""From the least to the most: each role may do everything the one before it may."""

ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True)
class Action:
    """Something that needs permission.

    Attributes:
        role: The least role that may do it.
        en: What it is, in English.
        zh: The same in Chinese.
    """

    role: Role
    en: str
    zh: str


# --8<-- [start:actions]
ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "room.read": Action("viewer", "See rooms and their state", "查看直播间及其状态"),
        "play.sign": Action("viewer", "Sign play links", "签发播放链接"),
        "broadcast.read": Action("moderator", "See broadcasts and numbers", "查看直播场次和数据"),
        "broadcast.stop": Action("moderator", "Cut a broadcast", "切断直播"),
        "room.ban": Action("moderator", "Ban and unban a room", "封禁和解封直播间"),
        "user.ban": Action("moderator", "Ban and unban a user", "封禁和解封用户"),
        "emergency.stop": Action("moderator", "Stop all broadcasts", "紧急停播"),
        "recording.read": Action("moderator", "List and download recordings", "查看和下载录制"),
        "emergency.lift": Action("operator", "Lift the emergency stop", "解除紧急停播"),
        "room.create": Action("operator", "Create a room", "创建直播间"),
        "room.update": Action("operator", "Change a room", "修改直播间"),
        "room.delete": Action("operator", "Delete a room", "删除直播间"),
        "key.read": Action("operator", "List stream keys", "查看推流码"),
        "key.create": Action("operator", "Create a stream key", "创建推流码"),
        "key.rotate": Action("operator", "Rotate a stream key", "轮换推流码"),
        "key.revoke": Action("operator", "Revoke a stream key", "吊销推流码"),
        "recording.delete": Action("operator", "Delete recordings", "删除录制"),
        "user.read": Action("operator", "List users", "查看用户"),
        "webhook.read": Action("operator", "See webhooks and deliveries", "查看 webhook 和投递"),
        "webhook.replay": Action("operator", "Deliver again", "重新投递"),
        "audit.read": Action("operator", "Read the audit log", "查看审计日志"),
        "metrics.read": Action("operator", "Read metrics", "读取监控指标"),
        "user.write": Action("owner", "Create, change and delete users", "创建、修改和删除用户"),
        "token.read": Action("owner", "List access tokens", "查看访问令牌"),
        "token.write": Action("owner", "Create and revoke access tokens", "创建和吊销访问令牌"),
        "webhook.write": Action("owner", "Create and delete webhooks", "创建和删除 webhook"),
    }
)
"""Every action, by the name that scopes, ``permissions.json`` and FORBIDDEN use."""
# --8<-- [end:actions]


def includes(role: str, least: str) -> bool:
    """Whether ``role`` is at least ``least``."""
    names: tuple[str, ...] = ROLES
    return names.index(role) >= names.index(least)


@dataclass(frozen=True)
class Actor:
    """Who asks.

    Attributes:
        name: ``token:ID`` for the API, ``user:NAME`` after a sign-in, ``cli`` for the command line
            on the server, ``system`` for Kite itself.
        role: What this actor may do.
        scopes: The actions it is limited to; None for all of its role.
        user_id: The account behind it.
        token_id: The token it came with.
    """

    name: str
    role: Role
    scopes: frozenset[str] | None = None
    user_id: int | None = None
    token_id: int | None = None

    def may(self, action: str) -> bool:
        """Whether role and scopes allow ``action``."""
        in_scope = self.scopes is None or action in self.scopes
        return in_scope and includes(self.role, ACTIONS[action].role)

    def require(self, action: str) -> None:
        """Refuse what the role or the scopes do not allow.

        Raises:
            KiteError: FORBIDDEN.
        """
        if not self.may(action):
            least = ACTIONS[action].role
            detail = (
                f"“{action}” needs the role {least} or higher, and the scope if scopes are set."
            )
            raise KiteError("FORBIDDEN", detail)

    def require_all(self, role: Role, scopes: Iterable[str] | None = None) -> None:
        """Refuse to give a token or an account more rights than the giver has.

        Raises:
            KiteError: FORBIDDEN.
        """
        given = [
            name
            for name in (ACTIONS if scopes is None else scopes)
            if includes(role, ACTIONS[name].role)
        ]
        if not (includes(self.role, role) and all(self.may(name) for name in given)):
            raise KiteError("FORBIDDEN", "Nobody can give more rights than he has.")


CLI = Actor("cli", "owner")
"""The command line: whoever may run it on the server can read the database anyway."""

SYSTEM = Actor("system", "owner")
"""Kite itself: callbacks of the media server and background tasks."""
