"""The vulnerability contact satisfies RFC 9116 and does not lapse."""

from collections.abc import Iterator
from datetime import UTC
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.files import read_policy
from rollcall.policy.security import Contact, Security
from rollcall.project import Project

ID: Final = "security-contact"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("漏洞联系方式不合 RFC 9116", "the security contact is not as RFC 9116 asks")
EXPLANATION: Final = Text(
    "`security.yml` 的 `contact`：每个联系方式是 https、mailto 或 tel 地址；`expires` 还有至少 `days_left` 天、"
    "不超过一年（RFC 9116 第 2.5.5 节）；`canonical` 以 /.well-known/security.txt 结尾。",
    "`contact` of `security.yml`: each contact is an https, mailto or tel address; `expires` is at "
    "least `days_left` days ahead and no more than a year (RFC 9116, section 2.5.5); `canonical` ends "
    "in /.well-known/security.txt.",
)


class Options(Strict):
    """Options of this rule."""

    days_left: int = Field(30, ge=0, description="least number of days until it expires")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome if it is right, else one per problem."""
    file = read_policy(project, "security.yml", Security)
    if file is None:
        return
    because = project.source.place("policy")
    problems = [*_addresses(file.data.contact), *_expiry(file.data.contact, project, options)]
    if not problems:
        yield met("security.txt", file.place("contact"), because)
    for location, text in problems:
        at = file.place("contact", *location)
        yield unmet(f"security.txt:{location[0]}:{text.en}", at, because, text)


def _addresses(contact: Contact) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    for index, address in enumerate(contact.contacts):
        parts = urlsplit(address)
        if parts.scheme not in ("https", "mailto", "tel") or not (parts.netloc or parts.path):
            yield (
                ("contacts", index),
                Text(
                    f"`{address}` 不是 https、mailto 或 tel 地址",
                    f"`{address}` is no https:, mailto: or tel: address",
                ),
            )
    if not contact.canonical.endswith("/.well-known/security.txt"):
        yield (
            ("canonical",),
            Text("要以 /.well-known/security.txt 结尾", "should end in /.well-known/security.txt"),
        )


def _expiry(
    contact: Contact, project: Project, options: Options
) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    if contact.expires.tzinfo is None:
        yield ("expires",), Text("要写明时区（Z）", "expected a time zone (Z)")
        return
    left = (contact.expires.astimezone(UTC).date() - project.today).days
    if left < options.days_left:
        yield (
            ("expires",),
            Text(
                f"还有 {left} 天过期：核对联系方式，写新的日期",
                f"{left} days left: check the contacts and give a new date",
            ),
        )
    if left > 366:
        yield ("expires",), Text("超过一年", f"{left} days ahead, more than a year")
