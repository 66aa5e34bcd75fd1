"""Plugins: how they are found, how they are asked, and what happens when one fails."""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal, Self

from kite import log
from kite.checks import Check, Finding
from kite.errors import KiteError
from kite.plugin_api import PLUGIN_API, PlayRequest, Plugin, PluginEvent, PublishRequest, Refused
from kite.settings import Settings

GROUP = "kite.plugins"
"""Entry-point group that plugins register in."""

PLUGIN_NAME = r"[a-z0-9][a-z0-9-]{0,59}"
"""Names of plugins; they stand in logs, settings and the database."""

THREADS = 4
"""Most calls of one hook of one plugin at the same time; a call that hangs keeps its thread."""

CHECKS_SECONDS = 10.0
"""How long a plugin may take to say what its checks are."""

REASON_LENGTH = 200
"""Most characters of a plugin's reason that are shown."""

TITLE = r"[^\x00-\x1f\x7f-\x9f]{1,100}"
"""What a filtered text must be, as for a title that is sent."""


HOOKS = ("authorise_publish", "authorise_play", "filter_text", "on_event", "checks")
"""What a plugin may override."""


class Host:
    """One loaded plugin, and the threads its hooks run in.

    The threads are daemons: one that hangs must not keep a command from ending.

    Attributes:
        name: Its name.
        plugin: The plugin.
        hooks: The hooks it overrides.
    """

    def __init__(self, name: str, plugin: Plugin) -> None:
        self.name = name
        self.plugin = plugin
        kind = type(plugin)
        self.hooks = tuple(h for h in HOOKS if getattr(kind, h) is not getattr(Plugin, h))
        self._free = {hook: threading.BoundedSemaphore(THREADS) for hook in HOOKS}

    def call(self, hook: str, seconds: float, *arguments: object) -> Any:
        """Call a hook and wait for its answer, but no longer than ``seconds``.

        Raises:
            TimeoutError: It did not answer in time, or earlier calls hang in all its threads.
            Exception: Whatever the plugin raised.
        """
        deadline = time.monotonic() + seconds
        if not self._free[hook].acquire(timeout=seconds):
            raise TimeoutError(f"{THREADS} calls of {hook} are still running")
        answer: Future[Any] = Future()
        work = partial(self._work, hook, arguments, answer)
        threading.Thread(target=work, name=f"{self.name}.{hook}", daemon=True).start()
        try:
            return answer.result(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            if answer.done():
                raise  # the plugin's own
            raise TimeoutError(f"no answer within {seconds:g} s") from None

    def _work(self, hook: str, arguments: Iterable[object], answer: Future[Any]) -> None:
        try:
            answer.set_result(getattr(self.plugin, hook)(*arguments))
        except Exception as error:
            answer.set_exception(error)
        except BaseException as error:  # "exit" in a plugin must not end Kite
            answer.set_exception(RuntimeError(repr(error)))
        finally:
            self._free[hook].release()


@dataclass(frozen=True)
class Plugins:
    """The plugins of an installation.

    Attributes:
        loaded: The plugins in the order of their names.
        seconds: How long one may take for a question.
        open_door: Whether a failed plugin counts as agreement.
    """

    loaded: Sequence[Host] = ()
    seconds: float = 0.5
    open_door: bool = False

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Load the installed plugins that are not disabled.

        A plugin that guards the door must not be missing without anyone noticing, so a single
        broken one keeps Kite from starting.

        Raises:
            KiteError: PLUGIN_BROKEN.
        """
        found = installed(settings)
        for plugin in found:
            if plugin.problem:
                raise KiteError("PLUGIN_BROKEN", plugin.problem)
        hosts = tuple(plugin.host for plugin in found if plugin.host)
        return cls(hosts, settings.plugin_timeout_ms / 1000, settings.plugin_failure == "allow")

    @property
    def listeners(self) -> tuple[str, ...]:
        """Names of the plugins that receive events."""
        return tuple(host.name for host in self._with("on_event"))

    def authorise_publish(self, request: PublishRequest) -> None:
        """Ask every plugin whether this publisher may publish.

        Raises:
            KiteError: PLUGIN_REFUSED or PLUGIN_FAILED.
        """
        self._authorise("authorise_publish", request)

    def authorise_play(self, request: PlayRequest) -> None:
        """Ask every plugin whether this player may play.

        Raises:
            KiteError: PLUGIN_REFUSED or PLUGIN_FAILED.
        """
        self._authorise("authorise_play", request)

    def filter_text(self, text: str) -> str:
        """The text as the plugins change it, one after the other.

        Raises:
            KiteError: PLUGIN_REFUSED or PLUGIN_FAILED.
        """
        for host in self._with("filter_text"):
            try:
                text = _shown(host.call("filter_text", self.seconds, text))
            except Refused as error:
                raise _refusal(host, str(error)) from error
            except Exception as error:
                self._fail(host, "filter_text", error)
        return text

    def notify(self, name: str, event: PluginEvent, seconds: float) -> None:
        """Hand an event to the plugin ``name``.

        Raises:
            KiteError: PLUGIN_FAILED, also if the plugin is no longer there.
        """
        host = next((host for host in self._with("on_event") if host.name == name), None)
        if host is None:
            raise KiteError("PLUGIN_FAILED", f"{name}: not loaded.")
        try:
            host.call("on_event", seconds, event)
        except Exception as error:
            raise _failure(host, "on_event", error) from error

    def _authorise(self, hook: str, request: PublishRequest | PlayRequest) -> None:
        for host in self._with(hook):
            try:
                reason = host.call(hook, self.seconds, request)
                if not (reason is None or isinstance(reason, str)):
                    raise TypeError(f"returned {type(reason).__name__}, not a reason or None")
            except Exception as error:
                self._fail(host, hook, error)
            else:
                if reason is not None:
                    raise _refusal(host, reason)

    def _fail(self, host: Host, hook: str, error: Exception) -> None:
        failure = _failure(host, hook, error)
        if not self.open_door:
            raise failure from error

    def _with(self, hook: str) -> Iterator[Host]:
        return (host for host in self.loaded if hook in host.hooks)


@dataclass(frozen=True)
class Installed:
    """A plugin that is installed, loaded or not.

    Attributes:
        name: Name of its entry point.
        distribution: Package it came with.
        version: Version of that.
        host: The loaded plugin; None if it is disabled or broken.
        problem: Why it is broken; empty if it is not.
    """

    name: str
    distribution: str
    version: str
    host: Host | None = field(default=None, repr=False)
    problem: str = ""

    @property
    def state(self) -> Literal["loaded", "disabled", "broken"]:
        """Whether Kite uses it."""
        if self.problem:
            return "broken"
        return "loaded" if self.host else "disabled"


def installed(settings: Settings) -> list[Installed]:
    """Find the installed plugins, and load those that are not disabled.

    One that is required but not there is in the list as a broken one.
    """
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    names = Counter(point.name for point in found)
    loaded = [_inspect(point, settings, twice=names[point.name] > 1) for point in found]
    there = {plugin.name for plugin in loaded if plugin.host or plugin.problem}
    return [*loaded, *(_missing(name) for name in settings.required_plugins if name not in there)]


VERDICT = Check(
    "plugins",
    lambda settings: _verdict(installed(settings)),
    "Every plugin that is installed and not disabled can be loaded, every required one is there",
    "已安装且未停用的插件都能加载，必需的插件都在",
)
"""The check of ``kite doctor`` that goes before those of the plugins themselves."""


def checks(settings: Settings) -> list[Check]:
    """For ``kite doctor``: whether the plugins can be loaded, and their own checks."""
    found = installed(settings)
    hosts = [plugin.host for plugin in found if plugin.host]
    return [
        replace(VERDICT, look=lambda _: _verdict(found)),
        *(check for host in hosts for check in _checks_of(host)),
    ]


def _inspect(point: EntryPoint, settings: Settings, *, twice: bool) -> Installed:
    names = (point.dist.name, point.dist.version) if point.dist else ("-", "-")
    if point.name in settings.disabled_plugins:
        return Installed(point.name, *names)
    try:
        if twice or not re.fullmatch(PLUGIN_NAME, point.name):
            raise ValueError("two plugins have this name" if twice else "not a plugin name")
        return Installed(point.name, *names, Host(point.name, _make(point, settings)))
    except Exception as error:
        log.exception("plugin.broken", plugin=point.name)
        what = f"{point.name} ({point.value}) of {names[0]} {names[1]}: {_describe(error)}"
        how = f"To go without it: disabled_plugins = [{point.name!r}]."
        return Installed(point.name, *names, problem=f"{what}. {how}")


def _missing(name: str) -> Installed:
    problem = f"{name} is in required_plugins, but not installed here or disabled."
    return Installed(name, "-", "-", problem=problem)


def _make(point: EntryPoint, settings: Settings) -> Plugin:
    plugin = point.load()(settings)
    if not isinstance(plugin, Plugin):
        raise TypeError(f"gave {type(plugin).__name__}, not a kite.plugin_api.Plugin")
    declared = getattr(plugin, "api", None)
    if declared != PLUGIN_API:
        raise ValueError(f"is for plugin API {declared}; this Kite has {PLUGIN_API}")
    return plugin


def _verdict(found: Sequence[Installed]) -> Finding:
    broken = [plugin.problem for plugin in found if plugin.problem]
    if broken:
        return Finding("fail", f"PLUGIN_BROKEN: {' '.join(broken)}", "Repair or disable it.")
    shown = [f"{plugin.name} {plugin.version} {plugin.state}" for plugin in found]
    return Finding("ok", ", ".join(shown) or "none installed")


def _checks_of(host: Host) -> list[Check]:
    """The checks of one plugin, with its name before their codes."""
    try:
        own: Sequence[Check] = host.call("checks", CHECKS_SECONDS)
        return [Check(f"{host.name}/{check.code}", partial(_look, check)) for check in own]
    except Exception as error:
        said = _describe(error)
        return [Check(f"{host.name}/checks", lambda _: Finding("fail", said, "Repair the plugin."))]


def _look(check: Check, settings: Settings) -> Finding:
    try:
        return check.look(settings)
    except Exception as error:
        return Finding("fail", _describe(error), "Repair the plugin.")


def _refusal(host: Host, reason: str) -> KiteError:
    return KiteError("PLUGIN_REFUSED", f"{host.name}: {reason[:REASON_LENGTH]}")


def _failure(host: Host, hook: str, error: Exception) -> KiteError:
    """Log a failure, with the exception, and name it without: its text may hold anything."""
    log.exception("plugin.failed", plugin=host.name, hook=hook)
    return KiteError("PLUGIN_FAILED", f"{host.name}: {type(error).__name__} in {hook}.")


def _shown(text: object) -> str:
    """Hold what a plugin made of a title to the rules for titles."""
    if isinstance(text, str) and re.fullmatch(TITLE, text):
        return text
    raise ValueError("not a title: 1–100 characters, none of them a control character")


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
