"""Numbers for Prometheus: ``GET /metrics``.

What happened is counted in the control process that was asked; what is, is read from the database
when somebody asks. No label holds a room, a user or an address: there are too many, and they tell
about people. Names follow https://prometheus.io/docs/practices/naming/.
"""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from kite import __version__, api, callbacks, health
from kite.api.common import errors
from kite.context import Kite
from kite.database import REVISION
from kite.dependencies import CallerDep
from kite.models import Broadcast, Delivery, Recording, Room, now

disable_created_metrics()  # type: ignore[no-untyped-call]  # when a counter began: Prometheus does not use it


@dataclass(frozen=True)
class Described:
    """A metric for the manual and for its HELP line.

    Attributes:
        name: As Prometheus shows it, with the unit.
        type: counter, gauge or histogram.
        labels: What it is divided by.
        en: What it counts or measures, in English.
        zh: The same in Chinese.
    """

    name: str
    type: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    en: str
    zh: str


# --8<-- [start:metrics]
METRICS: tuple[Described, ...] = (
    Described(
        "kite_http_requests_total",
        "counter",
        ("route", "status"),
        "Requests answered, by route and HTTP status",
        "已应答的请求数，按路由和 HTTP 状态码",
    ),
    Described(
        "kite_publish_decisions_total",
        "counter",
        ("code",),
        "Answers to publishers: OK, or the error code of the refusal",
        "对推流请求的判定：OK，或拒绝时的错误码",
    ),
    Described(
        "kite_play_decisions_total",
        "counter",
        ("code",),
        "Answers to players: OK, or the error code of the refusal",
        "对播放请求的判定：OK，或拒绝时的错误码",
    ),
    Described(
        "kite_callback_seconds",
        "histogram",
        ("route",),
        "Time taken to answer the media server; after 5 s it refuses by itself",
        "应答媒体服务器所用的时间；超过 5 秒媒体服务器即自行拒绝",
    ),
    Described(
        "kite_broadcasts_running",
        "gauge",
        (),
        "Broadcasts that run now",
        "正在进行的直播数",
    ),
    Described(
        "kite_viewers",
        "gauge",
        (),
        "Viewers of all running broadcasts together",
        "所有进行中直播的观众总数",
    ),
    Described(
        "kite_publish_bits_per_second",
        "gauge",
        (),
        "Bits per second received from all publishers together",
        "从所有推流端接收的总码率（比特每秒）",
    ),
    Described(
        "kite_rooms",
        "gauge",
        ("state",),
        "Rooms, by state: idle, live or banned",
        "直播间数，按状态：idle、live、banned",
    ),
    Described(
        "kite_webhook_deliveries",
        "gauge",
        ("state",),
        "Deliveries to webhooks and plugins that are kept, by state: pending, delivered or dead",
        "保留的 webhook 和插件投递数，按状态：pending、delivered、dead",
    ),
    Described(
        "kite_recordings_bytes",
        "gauge",
        (),
        "Size of all recordings together",
        "所有录制的总大小（字节）",
    ),
    Described(
        "kite_disk_free_bytes",
        "gauge",
        (),
        "Free space where the data directory is",
        "数据目录所在磁盘的可用空间（字节）",
    ),
    Described(
        "kite_media_server_up",
        "gauge",
        (),
        "1 if the media server answers, else 0",
        "媒体服务器有应答为 1，否则为 0",
    ),
    Described(
        "kite_build_info",
        "gauge",
        ("version", "revision"),
        "Always 1; the labels name the version of Kite and the revision of its tables",
        "恒为 1；标签为 Kite 版本和表结构版本",
    ),
)
# --8<-- [end:metrics]

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
ROOM_STATES = ("idle", "live", "banned")
DELIVERY_STATES = ("pending", "delivered", "dead")
DECISIONS = {
    "/callbacks/publish": "kite_publish_decisions_total",
    "/callbacks/play": "kite_play_decisions_total",
    callbacks.HLS: "kite_play_decisions_total",
}
"""Callbacks that decide something, and where their answers are counted."""


class Metrics:
    """The numbers of one control process, in a registry of their own."""

    def __init__(self, kite: Kite) -> None:
        self._registry = CollectorRegistry()
        self._counters = {
            m.name: Counter(m.name, m.en, m.labels, registry=self._registry)
            for m in METRICS
            if m.type == "counter"
        }
        (self._callbacks,) = (
            Histogram(m.name, m.en, m.labels, registry=self._registry, buckets=BUCKETS)
            for m in METRICS
            if m.type == "histogram"
        )
        self._registry.register(_Gauges(kite))

    def count(self, request: Request, status: int, seconds: float) -> None:
        """Count an answered request."""
        route = route_of(request)
        self._counters["kite_http_requests_total"].labels(route, str(status)).inc()
        if route.startswith(callbacks.router.prefix):
            self._callbacks.labels(route).observe(seconds)
        if name := DECISIONS.get(route):
            code = request.state.code
            self._counters[name].labels("OK" if code == "-" else code).inc()

    def text(self) -> bytes:
        """Everything, in the text format 0.0.4 of Prometheus."""
        return generate_latest(self._registry)


def route_of(request: Request) -> str:
    """The template of the route, ``/v1/rooms/{room}``: a path has no end of different values."""
    path: str = getattr(request.scope.get("route"), "path", "")
    prefix = api.router.prefix  # which FastAPI leaves out of the path of an included route
    included = request.url.path.startswith(f"{prefix}/") and not path.startswith(f"{prefix}/")
    return f"{prefix}{path}" if path and included else path or "other"


class _Gauges(Collector):
    """What is true at this moment."""

    def __init__(self, kite: Kite) -> None:
        self._kite = kite

    def collect(self) -> Iterator[Metric]:
        """Read it; one family for each gauge of ``METRICS``."""
        values = self._read()
        for metric in METRICS:
            if metric.type == "gauge":
                family = GaugeMetricFamily(metric.name, metric.en, labels=metric.labels)
                for labels, value in values[metric.name]:
                    family.add_metric(labels, value)
                yield family

    def _read(self) -> dict[str, list[tuple[tuple[str, ...], float]]]:
        kite = self._kite
        with kite.database.reads() as session:
            running, viewers, kbps = _broadcasts(session)
            rooms, deliveries = _rooms(session), _deliveries(session)
            recorded = session.scalar(select(func.sum(Recording.bytes))) or 0
        free = shutil.disk_usage(kite.settings.data_dir).free
        return {
            "kite_broadcasts_running": [((), running)],
            "kite_viewers": [((), viewers)],
            "kite_publish_bits_per_second": [((), kbps * 1000)],
            "kite_rooms": _by_state(rooms, ROOM_STATES),
            "kite_webhook_deliveries": _by_state(deliveries, DELIVERY_STATES),
            "kite_recordings_bytes": [((), recorded)],
            "kite_disk_free_bytes": [((), free)],
            "kite_media_server_up": [((), float(health.media_works(kite)))],
            "kite_build_info": [((__version__, REVISION), 1)],
        }


def _broadcasts(session: Session) -> tuple[int, int, int]:
    viewers = func.coalesce(func.sum(Broadcast.viewers), 0)
    kbps = func.coalesce(func.sum(Broadcast.bitrate_kbps), 0)
    query = select(func.count(), viewers, kbps).where(Broadcast.ended_at.is_(None))
    number, watching, received = session.execute(query).one()
    return int(number), int(watching), int(received)


def _rooms(session: Session) -> dict[str, int]:
    """As ``Room.state`` has it."""
    runs_out = Room.banned_until.is_not(None) & (Room.banned_until <= now())
    live = exists().where(Broadcast.room_id == Room.id, Broadcast.ended_at.is_(None))
    state = case((Room.banned_at.is_not(None) & ~runs_out, "banned"), (live, "live"), else_="idle")
    query = select(state.label("shown"), func.count()).select_from(Room).group_by("shown")
    return dict(session.execute(query).all())


def _deliveries(session: Session) -> dict[str, int]:
    query = select(Delivery.state, func.count()).group_by(Delivery.state)
    return dict(session.execute(query).all())


def _by_state(found: dict[str, int], states: Iterable[str]) -> list[tuple[tuple[str, ...], float]]:
    """Every state, also those without any: a series that comes and goes breaks alerts."""
    return [((state,), found.get(state, 0)) for state in states]


router = APIRouter(tags=["metrics"])


@router.get("/metrics", summary="Read the metrics", response_class=Response, responses=errors())
def metrics(kite: CallerDep, request: Request) -> Response:
    """Answer in the text format of Prometheus (version 0.0.4)."""
    kite.actor.require("metrics.read")
    return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
