"""Requests to addresses that somebody else chose: never into the networks around this machine.

A webhook address is input. Without a guard it would make Kite ask its own control port, the
metadata service of the cloud or a router (server-side request forgery, CWE-918).
"""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore
from pydantic import HttpUrl

from kite.errors import KiteError
from kite.settings import Networks

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All IPv6 addresses that are given out for the internet (IANA); the rest has special meanings,
such as 64:ff9b::/96, behind which a NAT64 has IPv4 addresses."""

SIX_TO_FOUR = IPv6Network("2002::/16")
"""Holds an IPv4 address (RFC 3056), which may be any."""


def check(url: HttpUrl, allow: Networks) -> None:
    """Look whether a request to ``url`` would be sent, without sending one.

    Raises:
        KiteError: WEBHOOK_URL_FORBIDDEN.
    """
    if url.username is not None or url.password is not None:
        raise KiteError("WEBHOOK_URL_FORBIDDEN", "The address holds a name or a password.")
    try:
        _addresses(_host(url), url.port or 0, allow)
    except OSError as error:
        detail = f"“{_host(url)}” does not resolve: {error.strerror}."
        raise KiteError("WEBHOOK_URL_FORBIDDEN", detail) from error


def post(
    url: HttpUrl, body: bytes, headers: Mapping[str, str], seconds: float, allow: Networks
) -> int:
    """Send a POST and return the HTTP status of the answer, whose body is not read.

    Redirects are not followed, proxies from the environment are not used. ``seconds`` is the limit
    for everything but the name resolution, however slowly the other side trickles.

    Raises:
        KiteError: WEBHOOK_URL_FORBIDDEN.
        OSError: The name does not resolve.
        httpcore.TimeoutException: Not answered in time.
        httpcore.NetworkError: Not connected, TLS not trusted, or cut off.
        httpcore.ProtocolError: The answer is not HTTP.
    """
    target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    address = httpcore.URL(scheme=url.scheme, host=_host(url), port=url.port, target=target)
    trust = ssl.create_default_context() if url.scheme == "https" else None
    backend = _Guard(allow, seconds)
    named = {"Host": _authority(url), **headers}
    with (
        httpcore.ConnectionPool(ssl_context=trust, network_backend=backend) as pool,
        pool.stream("POST", address, headers=list(named.items()), content=body) as answer,
    ):
        return answer.status


def is_allowed(address: IPv4Address | IPv6Address, allow: Networks) -> bool:
    """Whether a request may go to ``address``: it is public, or in a network of ``allow``."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    address = mapped or address
    if any(address in network for network in allow):
        return True
    if isinstance(address, IPv6Address):
        unusual = address not in GLOBAL_UNICAST or address in SIX_TO_FOUR
        return address.is_global and not unusual
    return address.is_global and not address.is_multicast


# --8<-- [start:guard]
class _Guard(httpcore.NetworkBackend):
    """Connects only to allowed addresses.

    The address that was checked is the one connected to, so a name that resolves differently the
    second time (DNS rebinding) gains nothing. TLS still checks the certificate against the name.
    """

    def __init__(self, allow: Networks, seconds: float) -> None:
        self._allow = allow
        self._seconds = seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of ``host`` that answers; all of them must be allowed."""
        del timeout, local_address
        addresses = _addresses(host, port, self._allow)
        deadline = _Deadline(time.monotonic() + self._seconds)
        failed: Exception = httpcore.ConnectError("no address")
        for tried, address in enumerate(addresses):
            share = deadline.left() / (len(addresses) - tried)
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    str(address), port, share, socket_options=socket_options
                )
                return _Stream(stream, deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


def _addresses(host: str, port: int, allow: Networks) -> list[IPv4Address | IPv6Address]:
    """Every address of ``host``, all of them allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # an empty label, or one of more than 63 characters
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from error
    addresses = list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))
    for address in addresses:
        if not is_allowed(address, allow):
            detail = f"“{host}” is {address}, which is not public and not in webhook_allow."
            raise KiteError("WEBHOOK_URL_FORBIDDEN", detail)
    return addresses


# --8<-- [end:guard]


@dataclass(frozen=True)
class _Deadline:
    at: float

    def left(self) -> float:
        """Seconds until the deadline.

        Raises:
            httpcore.ReadTimeout: There are none.
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("timed out")
        return left


class _Stream(httpcore.NetworkStream):
    """A connection that works until a deadline, where httpcore's limit is for each read."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        del timeout
        left = self._deadline.left()
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _host(url: HttpUrl) -> str:
    """The host of ``url``; an IPv6 address without its brackets."""
    return (url.host or "").strip("[]")


def _authority(url: HttpUrl) -> str:
    """What the Host header says: the port only if it is not the usual one."""
    usual = {"http": 80, "https": 443}[url.scheme]
    return url.host or "" if url.port == usual else f"{url.host}:{url.port}"
