"""Advisories as CSAF 2.0 and OSV documents, and security.txt (RFC 9116): files, ready to publish."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from cvss import CVSS3

from rollcall.policy.advisory import Advisory
from rollcall.policy.releases import Releases
from rollcall.policy.security import Security
from rollcall.policy.versions import number

ECOSYSTEM_NOTE: Final = "Versions are releases of Kite; it is in no package ecosystem."


def files(
    advisories: Sequence[Advisory], releases: Releases, security: Security, email: str | None = None
) -> Iterator[tuple[str, str]]:
    """Every file, as its path below the security folder of a language and its text.

    Args:
        advisories: What was published.
        releases: The versions that advisories name.
        security: Contact and publisher.
        email: The vendor's address for reports, once it is filled in.
    """
    yield "security.txt", security_txt(security, email)
    newest = sorted(advisories, key=lambda item: (item.modified, item.id), reverse=True)
    for item in newest:
        yield _csaf_path(item), _json(csaf(item, releases, security))
        yield f"osv/x_{item.id}.json", _json(osv(item, releases))
    if newest:
        yield "csaf/index.txt", "".join(f"{_relative(item)}\n" for item in newest)
        yield "csaf/changes.csv", _changes(newest)


def _relative(advisory: Advisory) -> str:
    return f"{advisory.published.year}/{advisory.id.lower()}.json"


def _csaf_path(advisory: Advisory) -> str:
    """CSAF 2.0, 5.1 and 7.1.11: lower-case id, one folder a year."""
    return f"csaf/{_relative(advisory)}"


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _changes(advisories: Sequence[Advisory]) -> str:
    """CSAF 2.0, 7.1.13: file and time of its last change, newest first."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows((_relative(item), _time(item.modified)) for item in advisories)
    return out.getvalue()


def _time(day: Any) -> str:
    return f"{day.isoformat()}T00:00:00Z"


# -- security.txt --------------------------------------------------------------------------------
def security_txt(security: Security, email: str | None = None) -> str:
    """The file of RFC 9116, the best contact first; publish it at what it calls `Canonical`."""
    contact = security.contact
    addresses = [f"mailto:{email}"] if email else []
    lines = [f"Contact: {address}" for address in (*addresses, *contact.contacts)]
    lines += [
        f"Expires: {contact.expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(contact.languages)}",
        f"Canonical: {contact.canonical}",
        f"Policy: {contact.policy}",
    ]
    return "\n".join(lines) + "\n"


# -- CSAF ----------------------------------------------------------------------------------------
def csaf(advisory: Advisory, releases: Releases, security: Security) -> dict[str, Any]:
    """The advisory in the profile `csaf_security_advisory` of CSAF 2.0."""
    return {
        "document": {
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "distribution": {"tlp": {"label": "WHITE"}},
            "lang": "en",
            "notes": [_note("summary", advisory.summary.en)],
            "publisher": {
                "category": "vendor",
                "name": releases.product,
                "namespace": security.publisher,
            },
            "references": [
                {
                    "category": "self",
                    "summary": "This document",
                    "url": f"{security.publisher}/en/security/{_csaf_path(advisory)}",
                },
                *(
                    {"category": "external", "summary": link.title, "url": link.url}
                    for link in advisory.references
                ),
            ],
            "title": advisory.title.en,
            "tracking": _tracking(advisory),
        },
        "product_tree": {"branches": [_branch(advisory, releases)]},
        "vulnerabilities": [_vulnerability(advisory)],
    }


def _note(category: str, text: str) -> dict[str, str]:
    return {"category": category, "text": text}


def _tracking(advisory: Advisory) -> dict[str, Any]:
    history = [(advisory.published, "First published.")]
    if advisory.modified > advisory.published:
        history.append((advisory.modified, "Changed."))
    return {
        "current_release_date": _time(advisory.modified),
        "id": advisory.id,
        "initial_release_date": _time(advisory.published),
        "revision_history": [
            {"date": _time(day), "number": str(index), "summary": said}
            for index, (day, said) in enumerate(history, 1)
        ],
        "status": "final",
        "version": str(len(history)),
    }


def _product_id(version: str) -> str:
    return f"KITE-{version}"


def _branch(advisory: Advisory, releases: Releases) -> dict[str, Any]:
    versions = sorted({*advisory.affected, *advisory.fixed}, key=number)
    leaves = [
        {
            "category": "product_version",
            "name": version,
            "product": {
                "name": f"{releases.product} {version}",
                "product_id": _product_id(version),
            },
        }
        for version in versions
    ]
    product = {"category": "product_name", "name": releases.product, "branches": leaves}
    return {"category": "vendor", "name": releases.product, "branches": [product]}


def _vulnerability(advisory: Advisory) -> dict[str, Any]:
    affected = [_product_id(version) for version in advisory.affected]
    fixed = [_product_id(version) for version in advisory.fixed]
    remedies = [
        {"category": "workaround", "details": advisory.workaround.en, "product_ids": affected},
        {
            "category": "vendor_fix",
            "details": f"Upgrade to {', '.join(advisory.fixed)} or later.",
            "product_ids": affected,
        }
        if advisory.fixed
        else {
            "category": "no_fix_planned",
            "details": advisory.no_fix.en if advisory.no_fix else "",
            "product_ids": affected,
        },
    ]
    found: dict[str, Any] = {
        "cwe": {"id": advisory.weakness.id, "name": advisory.weakness.name},
        "ids": [{"system_name": "Kite advisories", "text": advisory.id}],
        "notes": [_note("description", advisory.summary.en)],
        "product_status": {"known_affected": affected, **({"fixed": fixed} if fixed else {})},
        "remediations": remedies,
        "scores": [
            {
                "cvss_v3": CVSS3(advisory.cvss.vector).as_json(minimal=True),
                "products": affected,
            }
        ],
        "title": advisory.title.en,
    }
    if advisory.cve:
        found["cve"] = advisory.cve
    if advisory.credits:
        found["acknowledgments"] = [{"names": list(advisory.credits)}]
    return found


# -- OSV -----------------------------------------------------------------------------------------
def osv(advisory: Advisory, releases: Releases) -> dict[str, Any]:
    """The advisory in the OSV format 1.7; ids without a registered prefix begin with `x_`."""
    versions = sorted(advisory.affected, key=number)
    events: list[dict[str, str]] = [{"introduced": versions[0]}]
    later = sorted((v for v in advisory.fixed if number(v) > number(versions[-1])), key=number)
    events.append({"fixed": later[0]} if later else {"last_affected": versions[-1]})
    return {
        "schema_version": "1.7.0",
        "id": f"x_{advisory.id}",
        "published": _time(advisory.published),
        "modified": _time(advisory.modified),
        **({"aliases": [advisory.cve]} if advisory.cve else {}),
        "summary": advisory.title.en,
        "details": advisory.summary.en,
        "severity": [{"type": "CVSS_V3", "score": advisory.cvss.vector}],
        "affected": [
            {
                "ranges": [{"type": "SEMVER", "events": events}],
                "versions": versions,
                "ecosystem_specific": {"product": releases.product, "note": ECOSYSTEM_NOTE},
            }
        ],
        "references": [{"type": "WEB", "url": link.url} for link in advisory.references],
        "credits": [{"name": name, "type": "REPORTER"} for name in advisory.credits],
    }
