"""The words of the page in Chinese and English, chosen for each request."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from babel.support import LazyProxy
from starlette_admin.i18n import get_locale

from kite.errors import KiteError

LANGUAGES = ("zh", "en")

ZH: Mapping[str, str] = MappingProxyType(
    {
        "A ban, a revocation or an emergency stop holds all the same.": (
            "封禁、吊销或紧急停播仍已生效。"
        ),
        "Account": "账号",
        "Actor": "操作者",
        "Action": "操作",
        "All broadcasts are cut and every publisher is refused until this is lifted.": (
            "切断全部直播，并拒绝一切推流，直到解除。"
        ),
        "Audio": "音频",
        "Audit log": "审计日志",
        "Ban": "封禁",
        "Ban this account? Its sign-in, tokens and stream keys are refused.": (
            "封禁该账号？其登录、令牌和推流码都会被拒绝。"
        ),
        "Ban this room? Its broadcast is cut; publishing and playing are refused.": (
            "封禁该直播间？将切断直播，并拒绝推流和播放。"
        ),
        "Banned since": "封禁时间",
        "Banned until": "封禁到",
        "Bans": "封禁",
        "Bitrate, kbit/s": "码率（kbit/s）",
        "Broadcast": "直播场次",
        "Broadcasts": "直播场次",
        "Category": "分类",
        "Change": "变更",
        "Copy it now: it is never shown again.": "请立即复制，之后不会再显示。",
        "Copy": "复制",
        "Created": "创建时间",
        "Done: %s": "已完成：%s",
        "Empty: all that the role may do.": "留空：角色允许的全部操作。",
        "Empty: nobody’s. A ban of the account refuses the key.": (
            "可留空。填写后，封禁该账号会使推流码失效。"
        ),
        "Empty: no new password, or none at all. Otherwise 12 characters or more.": (
            "留空：不修改，或不设密码。否则至少 12 个字符。"
        ),
        "Ended": "结束时间",
        "Emergency stop": "紧急停播",
        "Everything is stopped": "已紧急停播",
        "Expires": "有效期至",
        "First characters": "开头几位",
        "For how long": "时长",
        "From the start of every broadcast": "每场直播从开始就录制",
        "How long the old key is accepted too": "旧推流码继续有效的时间",
        "I have copied it": "我已复制",
        "Id": "编号",
        "Id of the room.": "直播间编号。",
        "Last used": "最近使用",
        "Length": "时长",
        "Lift the emergency stop": "解除紧急停播",
        "Live since": "开播时间",
        "Locked until": "登录锁定到",
        "Name": "名称",
        "New stream key": "新建推流码",
        "No broadcast is running.": "当前没有直播。",
        "Not shown here: needs at least the role moderator.": "此页面需要审核员或更高的角色。",
        "Not valid; see the hint.": "填写无效，请看提示。",
        "Not at all": "立即失效",
        "Not accepted: a reason has 1 to 200 characters.": "未接受：原因须为 1–200 个字符。",
        "Old key valid until": "旧推流码有效至",
        "Overview": "概览",
        "Password": "密码",
        "Peak viewers": "观看峰值",
        "Play address (HLS)": "播放地址（HLS）",
        "Publish address": "推流地址",
        "Reason": "原因",
        "Reason, up to 200 characters": "原因（最多 200 个字符）",
        "Received": "接收字节数",
        "Record": "录制",
        "Request": "请求编号",
        "Revoke": "吊销",
        "Revoke this key for good? A broadcast that uses it is cut.": (
            "永久吊销该推流码？使用它的直播会被切断。"
        ),
        "Revoke this token for good?": "永久吊销该令牌？",
        "Role": "角色",
        "Room": "直播间",
        "Rooms": "直播间",
        "Rotate": "轮换",
        "Rotate this key? A running broadcast goes on.": "轮换该推流码？正在进行的直播不受影响。",
        "Running broadcasts": "正在直播",
        "Scheduled start": "预约开播时间",
        "Scopes": "权限范围",
        "Secret": "密钥",
        "Since": "开始时间",
        "Started": "开始时间",
        "State": "状态",
        "Stop": "切断",
        "Stop all broadcasts": "停止全部直播",
        "Stop the broadcast? The encoder may connect again at once.": (
            "切断该直播？编码器可以立即重新连接。"
        ),
        "Stream key": "推流码",
        "Stream key of the encoder": "编码器的“推流码”",
        "Stream keys": "推流码",
        "Target": "对象",
        "The entry is gone.": "该条目已不存在。",
        "There is no such page, or the entry was deleted.": "没有这个页面，或该条目已被删除。",
        "Time": "时间",
        "Times are in %s.": "时间均为 %s。",
        "Title": "标题",
        "Token": "令牌",
        "Tokens": "访问令牌",
        "Unban": "解封",
        "Until it is lifted": "直到解封",
        "Up to 100 characters.": "最多 100 个字符。",
        "Up to 40 characters; may stay empty.": "最多 40 个字符，可不填。",
        "User": "用户",
        "Users": "用户",
        "Valid for": "有效时间",
        "Video": "视频",
        "Viewers": "观看人数",
        "Visibility": "可见性",
        "What it is for; up to 100 characters.": "用途，最多 100 个字符。",
        "You are signed out of this page after 12 hours.": "登录 12 小时后自动退出。",
        "2–32 of a–z, 0–9, “.”, “_” and “-”.": "2–32 个字符：a–z、0–9、“.”、“_” 和 “-”。",
        "2–63 of a–z, 0–9 and “-”; never changes.": "2–63 个字符：a–z、0–9 和 “-”，创建后不能修改。",
        "Address": "地址",
        "Attempts": "尝试次数",
        "Deliver again": "重新投递",
        "Deliveries": "投递",
        "Delivery": "投递",
        "Download": "下载",
        "Empty: all of them.": "留空：全部。",
        "Error": "错误",
        "Event": "事件",
        "Events": "事件",
        "File": "文件",
        "HTTP status": "HTTP 状态码",
        "http or https, up to 500 characters.": "http 或 https，最多 500 个字符。",
        "Next attempt": "下次尝试",
        "Receiver": "接收方",
        "Recording": "录制",
        "Recordings": "录制",
        "Send a test": "发送测试",
        "Size": "大小",
        "Webhook": "Webhook 地址",
        "Webhooks": "Webhook（事件通知）",
    }
)
"""Every text of the page: English to Chinese."""

VALUES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "idle": ("idle", "未开播", "secondary"),
        "live": ("live", "直播中", "green"),
        "banned": ("banned", "已封禁", "red"),
        "valid": ("valid", "有效", "green"),
        "expired": ("expired", "已过期", "secondary"),
        "revoked": ("revoked", "已吊销", "secondary"),
        "active": ("active", "正常", "green"),
        "public": ("public", "公开", "blue"),
        "private": ("private", "私有", "purple"),
        "viewer": ("viewer", "观众", "secondary"),
        "moderator": ("moderator", "审核员", "azure"),
        "operator": ("operator", "运营", "blue"),
        "owner": ("owner", "所有者", "purple"),
        "recording": ("recording", "录制中", "red"),
        "ready": ("ready", "可下载", "green"),
        "deleting": ("being deleted", "删除中", "secondary"),
        "pending": ("pending", "待投递", "azure"),
        "delivered": ("delivered", "已送达", "green"),
        "dead": ("given up", "已放弃", "red"),
        "finished": ("finished", "正常结束", "secondary"),
        "stopped": ("stopped", "被切断", "orange"),
        "key_revoked": ("key revoked", "推流码被吊销", "orange"),
        "emergency": ("emergency stop", "紧急停播", "red"),
        "lost": ("lost", "失去连接", "orange"),
    }
)
"""Values of rows: how they are shown in English and Chinese, and the colour."""

LENGTHS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "0": ("no end", "永久有效"),
        "3600": ("1 hour", "1 小时"),
        "86400": ("1 day", "1 天"),
        "604800": ("7 days", "7 天"),
        "2592000": ("30 days", "30 天"),
        "31536000": ("365 days", "365 天"),
    }
)
"""Lengths of time to choose from: seconds to words; 0 is no end."""


def look_up(english: str) -> str:
    """The text in the reader's language.

    Raises:
        KeyError: A text that is not in ``ZH``; a defect, found by the tests.
    """
    return ZH[english] if get_locale() == "zh" else english


def t(english: str) -> str:
    """A text that is looked up each time it is shown."""
    return cast("str", LazyProxy(look_up, english, enable_cache=False))


def value(name: str) -> str:
    """A value of a row in the reader's language."""
    english, chinese, _ = VALUES[name]
    return chinese if get_locale() == "zh" else english


def lengths(*seconds: int) -> list[tuple[str, str]]:
    """Choices of a length of time."""
    chosen = [(str(n), LENGTHS[str(n)]) for n in seconds]
    return [(n, zh if get_locale() == "zh" else en) for n, (en, zh) in chosen]


def explain(error: KiteError) -> str:
    """What an error means and what to do, with what happened this time."""
    text = error.info.zh if get_locale() == "zh" else error.info.en
    stop = "。" if get_locale() == "zh" else ". "
    said = f"{text.title}{stop}{text.cause} {text.fix} ({error.detail})"
    if error.code == "MEDIA_UNREACHABLE":  # the core commits first and cuts then
        said += " " + look_up("A ban, a revocation or an emergency stop holds all the same.")
    return said
