"""Settings: what they mean and which values are allowed. ``settings_load`` fills them in."""

import json
import os
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ENV_PREFIX = "KITE_"
"""Environment variables that set something begin with this."""


def _safe_path(path: Path) -> Path:
    """Allow only characters that mean nothing to nginx: the path is rendered into nginx.conf."""
    if not all((c.isalnum() and c.isascii()) or c in "/._-+@" for c in str(path)):
        raise ValueError("may hold only ASCII letters, digits and / . _ - + @")
    return path


def _absolute_path(path: Path) -> Path:
    absolute = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - resolve() follows links
    return _safe_path(absolute)


AbsolutePath = Annotated[Path, AfterValidator(_absolute_path)]
Program = Annotated[Path, AfterValidator(_safe_path)]
Port = Annotated[int, Field(ge=1024, le=65535)]

# Host names, IPv4 addresses and ports, nothing that means something to nginx: they are rendered.
_HOST = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?"
HttpBase = Annotated[str, Field(pattern=rf"^http://{_HOST}$")]


def _split(value: object) -> object:
    """Take from the environment the list that TOML would hold, as ``a,b`` or as JSON."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)  # what is not JSON is a ValueError, and so a mistake
    return [part.strip() for part in value.split(",") if part.strip()]


def _network(value: object) -> IPv4Network | IPv6Network:
    if "%" in str(value):  # the zone of an IPv6 address, in which Python allows any character
        raise ValueError("may not name a zone")
    return ip_network(str(value))


Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_split)]
"""IP addresses and networks (CIDR)."""

Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
"""Names of plugins."""

Bases = Annotated[tuple[HttpBase, ...], NoDecode, BeforeValidator(_split)]
"""Addresses of services, without a path."""


def _about(zh: str, unit: str | None = None) -> dict[str, Any]:
    """Facts for the configuration reference; every setting is read once, at the start."""
    return {"zh": zh, "unit": unit, "restart": True}


class Settings(BaseSettings):
    """Everything that can be set. Each value is checked before anything starts."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, extra="forbid", frozen=True, validate_default=True
    )

    data_dir: AbsolutePath = Field(
        Path("~/.local/share/kite"),
        description="Directory for the database, the HLS files, the logs and the nginx files.",
        json_schema_extra=_about("存放数据库、HLS 文件、日志和 nginx 文件的目录。"),
    )
    database_url: str = Field(
        "",
        pattern=r"^(sqlite:////?[A-Za-z0-9/._+@-]+|postgresql\+psycopg://[^\s\"'\\@]+(@[^\s\"'\\@]+)?)?$",
        repr=False,
        description="SQLAlchemy URL of the database: sqlite:///FILE, or "
        "postgresql+psycopg://USER:PASSWORD@HOST/NAME (a password with special characters as %XX); "
        "empty means kite.db in data_dir.",
        json_schema_extra=_about(
            "数据库的 SQLAlchemy 地址：sqlite:///文件，或 "
            "postgresql+psycopg://用户:密码@主机/库名（密码中的特殊字符写成 %XX）；留空表示 data_dir 中的 kite.db。"
        ),
    )
    public_host: str = Field(
        "127.0.0.1",
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$",
        description="Host name or IPv4 address that encoders and players use to reach this machine.",
        json_schema_extra=_about("编码器和播放器访问本机所用的主机名或 IPv4 地址。"),
    )
    play_base_url: str = Field(
        "",
        pattern=rf"^(https?://{_HOST}(/[A-Za-z0-9._~-]+)*)?$",
        description="Address players use when a TLS proxy or a CDN is in front, as "
        "https://live.example.com; empty means http://public_host:http_port.",
        json_schema_extra=_about(
            "前面有 TLS 代理或 CDN 时播放器所用的地址，如 https://live.example.com；"
            "留空表示 http://public_host:http_port。"
        ),
    )
    play_link_seconds: int = Field(
        14400,
        ge=60,
        le=7 * 86400,
        description="How long a signed play link works if the request does not say.",
        json_schema_extra=_about("签发播放链接时未指定有效期，则使用此时长。", "s"),
    )
    api_host: Literal["127.0.0.1", "0.0.0.0"] = Field(  # noqa: S104 - a choice of the operator
        "127.0.0.1",
        description="Address the API listens on: this machine only, or every interface.",
        json_schema_extra=_about("API 监听的地址：仅本机，或所有网卡。"),
    )
    api_port: Port = Field(
        8080,
        description="TCP port of the API and of the callbacks from nginx.",
        json_schema_extra=_about("API 以及 nginx 回调所用的 TCP 端口。"),
    )
    rtmp_port: Port = Field(
        1935,
        description="TCP port encoders publish to (RTMP).",
        json_schema_extra=_about("编码器推流（RTMP）所用的 TCP 端口。"),
    )
    http_port: Port = Field(
        8088,
        description="TCP port players fetch HLS from.",
        json_schema_extra=_about("播放器拉取 HLS 所用的 TCP 端口。"),
    )
    control_port: Port = Field(
        8089,
        description="TCP port of the nginx statistics and control pages, on 127.0.0.1 only.",
        json_schema_extra=_about("nginx 统计与控制页面的 TCP 端口，仅监听 127.0.0.1。"),
    )
    hls_fragment_seconds: int = Field(
        2,
        ge=1,
        le=10,
        description="Wanted length of an HLS segment; real segments end at key frames.",
        json_schema_extra=_about("期望的 HLS 分片长度；实际分片在关键帧处结束。", "s"),
    )
    hls_playlist_seconds: int = Field(
        12,
        ge=3,
        le=120,
        description="Length of the HLS playlist, at least three segments (RFC 8216 §6.2.2).",
        json_schema_extra=_about("HLS 播放列表的长度，至少三个分片（RFC 8216 §6.2.2）。", "s"),
    )
    drop_idle_publisher_seconds: int = Field(
        15,
        ge=5,
        le=300,
        description="A publisher that sends nothing for this long is disconnected.",
        json_schema_extra=_about("推流端超过此时间没有发送数据即被断开。", "s"),
    )
    early_start_minutes: int = Field(
        15,
        ge=0,
        le=1440,
        description="How long before its scheduled start a room may be published to.",
        json_schema_extra=_about("直播间在预约开播时间之前多久可以推流。", "min"),
    )
    max_broadcasts: int = Field(
        0,
        ge=0,
        le=10_000,
        description="Most broadcasts at the same time; 0 means no limit.",
        json_schema_extra=_about("同时进行的直播上限；0 表示不限。"),
    )
    worker_connections: int = Field(
        4096,
        ge=64,
        le=100_000,
        description="Most connections nginx holds at the same time, one for each player.",
        json_schema_extra=_about("nginx 同时保持的连接上限，每个播放器占一个。"),
    )
    media_url: str = Field(
        "",
        pattern=rf"^(http://{_HOST})?$",
        description="Address of the control port of the media server, when that is on another "
        "machine; empty means http://127.0.0.1:control_port.",
        json_schema_extra=_about(
            "媒体服务器在另一台机器上时，其控制端口的地址；留空表示 http://127.0.0.1:control_port。"
        ),
    )
    media_addresses: Networks = Field(
        (IPv4Network("127.0.0.0/8"), IPv6Network("::1")),
        description="Where callbacks may come from: the addresses of the media servers.",
        json_schema_extra=_about("允许发来回调的地址：各媒体服务器的地址。"),
    )
    control_urls: Bases = Field(
        (),
        max_length=16,
        description="Control services the media server asks, as http://10.0.0.5:8080; the next one "
        "is asked when one is gone; empty means the one on this machine.",
        json_schema_extra=_about(
            "媒体服务器询问的控制服务，如 http://10.0.0.5:8080；一个不可用时询问下一个；"
            "留空表示本机的控制服务。"
        ),
    )
    control_addresses: Networks = Field(
        (),
        description="Addresses of control services on other machines; they may read the statistics "
        "and cut publishers, so they must be yours.",
        json_schema_extra=_about(
            "其他机器上的控制服务的地址；它们可以读取统计并切断推流，因此必须是自己的机器。"
        ),
    )
    edge_addresses: Networks = Field(
        (),
        description="Addresses of edges: they fetch private rooms without a play link, because they "
        "check the links of their players themselves.",
        json_schema_extra=_about(
            "边缘节点的地址：边缘节点自行检查播放链接，因此拉取私密直播间时不需要链接。"
        ),
    )
    proxy_addresses: Networks = Field(
        (),
        description="Addresses of the TLS proxies or CDN nodes in front, whose X-Forwarded-For "
        "names the player.",
        json_schema_extra=_about(
            "前置 TLS 代理或 CDN 节点的地址，从其 X-Forwarded-For 中取播放器地址。"
        ),
    )
    origin_url: HttpBase = Field(
        "http://127.0.0.1:8088",
        description="Where an edge fetches HLS: the HTTP port of the origin.",
        json_schema_extra=_about("边缘节点拉取 HLS 的地址：源站的 HTTP 端口。"),
    )
    origin_rtmp: str = Field(
        "rtmp://127.0.0.1:1935/live",
        pattern=rf"^rtmp://{_HOST}/live$",
        description="Where an edge pulls RTMP: the application of the origin.",
        json_schema_extra=_about("边缘节点拉取 RTMP 的地址：源站的应用。"),
    )
    nginx_binary: Program = Field(
        Path("/usr/sbin/nginx"),
        description="The nginx program.",
        json_schema_extra=_about("nginx 程序。"),
    )
    rtmp_module: AbsolutePath = Field(
        Path("/usr/lib/nginx/modules/ngx_rtmp_module.so"),
        description="The RTMP module, built for exactly this nginx.",
        json_schema_extra=_about("RTMP 模块，必须与该 nginx 版本匹配。"),
    )
    ffmpeg_binary: Program = Field(
        Path("ffmpeg"),
        description="The FFmpeg program; a bare name is looked up in PATH.",
        json_schema_extra=_about("FFmpeg 程序；只写名称时在 PATH 中查找。"),
    )
    webhook_timeout_seconds: int = Field(
        10,
        ge=1,
        le=60,
        description="A webhook that has not answered by then failed, and is tried again later.",
        json_schema_extra=_about("webhook 超过此时间没有应答即为失败，稍后重试。", "s"),
    )
    webhook_allow: Networks = Field(
        (),
        description="Private networks that webhooks may be sent to; public addresses always are.",
        json_schema_extra=_about("允许 webhook 发往的内网网段；公网地址始终允许。"),
    )
    event_days: int = Field(
        30,
        ge=2,
        le=3650,
        description="How long events and the results of their deliveries are kept.",
        json_schema_extra=_about("事件及其投递结果的保留天数。", "d"),
    )
    plugin_timeout_ms: int = Field(
        500,
        ge=10,
        le=1500,
        description="How long a plugin may take for one question.",
        json_schema_extra=_about("插件回答一个问题的时限。", "ms"),
    )
    plugin_failure: Literal["refuse", "allow"] = Field(
        "refuse",
        description="What happens to a question that a plugin does not answer.",
        json_schema_extra=_about("插件没有应答时，对该请求的处理：拒绝（refuse）或放行（allow）。"),
    )
    disabled_plugins: Names = Field(
        (),
        description="Names of installed plugins that are not loaded.",
        json_schema_extra=_about("已安装但不加载的插件的名称。"),
    )
    required_plugins: Names = Field(
        (),
        description="Names of plugins without which Kite does not start.",
        json_schema_extra=_about("缺少其中任何一个插件，Kite 就不启动。"),
    )
    min_free_disk_mb: int = Field(
        1024,
        ge=1,
        le=1_000_000_000,
        description="With less free space in the data directory nothing is recorded, and "
        "“kite doctor” fails.",
        json_schema_extra=_about(
            "数据目录的可用空间低于此值时停止录制，“kite doctor” 也会报告失败。", "MB"
        ),
    )
    recording_days: int = Field(
        0,
        ge=0,
        le=36_500,
        description="Recordings older than this are deleted; 0 keeps them.",
        json_schema_extra=_about("超过此天数的录制会被删除；0 表示一直保留。", "d"),
    )
    recording_max_gb: int = Field(
        0,
        ge=0,
        le=1_000_000,
        description="When the recordings take more than this, the oldest are deleted; 0 means no limit.",
        json_schema_extra=_about("录制总大小超过此值时，从最早的开始删除；0 表示不限。", "GB"),
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info",
        description="Least severe level that is written to the Kite log.",
        json_schema_extra=_about("写入 Kite 日志的最低级别。"),
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the TOML values, which arrive as arguments."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    @field_validator("database_url")
    @classmethod
    def _readable(cls, url: str) -> str:
        try:
            make_url(url or "sqlite://")
        except (ArgumentError, ValueError) as error:  # the message may hold a part of the password
            raise ValueError("not a database URL; write special characters as %XX") from error
        return url

    @field_validator("rtmp_port", "http_port", "control_port")
    @classmethod
    def _differs(cls, port: int, info: ValidationInfo) -> int:
        for name in ("api_port", "rtmp_port", "http_port"):
            if name != info.field_name and info.data.get(name) == port:
                raise ValueError(f"must differ from {name}, which is {port} too")
        return port

    @field_validator("hls_playlist_seconds")
    @classmethod
    def _three_segments(cls, seconds: int, info: ValidationInfo) -> int:
        if seconds < 3 * info.data.get("hls_fragment_seconds", 0):
            raise ValueError("must be at least 3 × hls_fragment_seconds")
        return seconds

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the database in effect."""
        return self.database_url or f"sqlite:///{self.data_dir}/kite.db"

    @property
    def uses_sqlite(self) -> bool:
        """Whether the database is a file, not a server."""
        return self.database.startswith("sqlite")

    @property
    def publish_url(self) -> str:
        """RTMP address encoders publish to; the stream key comes in its own field."""
        return f"rtmp://{self.public_host}:{self.rtmp_port}/live"

    @property
    def play_base(self) -> str:
        """HTTP address of the folder with every room's HLS playlist."""
        base = self.play_base_url or f"http://{self.public_host}:{self.http_port}"
        return f"{base}/hls"

    @property
    def api_base(self) -> str:
        """HTTP address of the API as seen from this machine."""
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def control_base(self) -> str:
        """HTTP address of the nginx statistics and control pages."""
        return self.media_url or f"http://127.0.0.1:{self.control_port}"


def within(address: str, networks: Networks) -> bool:
    """Whether ``address`` is one, and lies in one of ``networks``."""
    found = parse_address(address)
    return found is not None and any(found in network for network in networks)


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """The IP address ``text`` is, if it is one."""
    try:
        return ip_address(text)
    except ValueError:
        return None
