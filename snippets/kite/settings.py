"""Settings: what they mean and which values are allowed. ``settings_load`` fills them in."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

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
        pattern=r"^(sqlite:////?[A-Za-z0-9/._+@-]+|postgresql\+psycopg://[^\s\"'\\]+)?$",
        repr=False,
        description="SQLAlchemy URL of the database: sqlite:///FILE, or "
        "postgresql+psycopg://USER:PASSWORD@HOST/NAME; empty means kite.db in data_dir.",
        json_schema_extra=_about(
            "数据库的 SQLAlchemy 地址：sqlite:///文件，或 "
            "postgresql+psycopg://用户:密码@主机/库名；留空表示 data_dir 中的 kite.db。"
        ),
    )
    public_host: str = Field(
        "127.0.0.1",
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$",
        description="Host name or IPv4 address that encoders and players use to reach this machine.",
        json_schema_extra=_about("编码器和播放器访问本机所用的主机名或 IPv4 地址。"),
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
    min_free_disk_mb: int = Field(
        1024,
        ge=1,
        le=1_000_000_000,
        description="“kite doctor” fails if the data directory has less free space.",
        json_schema_extra=_about("数据目录的可用空间低于此值时，“kite doctor” 报告失败。", "MB"),
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
        return f"http://{self.public_host}:{self.http_port}/hls"

    @property
    def api_base(self) -> str:
        """HTTP address of the API as seen from this machine."""
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def control_base(self) -> str:
        """HTTP address of the nginx statistics and control pages; this machine only."""
        return f"http://127.0.0.1:{self.control_port}"
