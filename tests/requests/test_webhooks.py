"""webhooks.md: its events and numbers are the product's, its programs tell true from false."""

import json
import subprocess
import time
from collections.abc import Callable

import pytest

from kite import delivery, truth
from kite.events import TYPES
from kite.settings import Settings
from tests.proof import Proof
from tests.requests.conftest import load_program
from tests.requests.pages import LANGUAGES, ROOT, api_page, code, codes, section, table, tables
from tests.requests.programs import node

SECRET = "whsec_example"
BODY = '{"id":1,"type":"room.created","data":{"title":"初光"}}'.encode()
IsGenuine = Callable[[str, str, bytes], bool]


def in_python(secret: str, header: str, body: bytes) -> bool:
    genuine: bool = load_program("receive_webhooks").is_genuine(secret, header, body)
    return genuine


def in_node(secret: str, header: str, body: bytes) -> bool:
    program = f"""
        import {{ isGenuine }} from {json.dumps(str(ROOT / "snippets/requests/webhooks.mjs"))};
        const [secret, header, body] = {json.dumps([secret, header, body.hex()])};
        process.stdout.write(String(isGenuine(secret, header, Buffer.from(body, "hex"))));
    """
    command = [node(), "--input-type=module", "--eval", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return {"true": True, "false": False}[done.stdout]


@pytest.mark.parametrize(
    ("is_genuine", "program"), [(in_python, "receive_webhooks.py"), (in_node, "webhooks.mjs")]
)
def test_programs_accept_what_kite_signs_and_nothing_else(
    is_genuine: IsGenuine, program: str, proof: Proof
) -> None:
    now = int(time.time())
    good = delivery.signature(SECRET, now, BODY)
    assert is_genuine(SECRET, good, BODY)
    assert is_genuine(SECRET, delivery.signature(SECRET, now - 290, BODY), BODY)
    wrong = [
        (SECRET, good, BODY + b" "),
        ("whsec_other", good, BODY),
        (SECRET, delivery.signature(SECRET, now - 310, BODY), BODY),
        (SECRET, delivery.signature(SECRET, now + 310, BODY), BODY),
        (SECRET, good.replace(f"t={now}", f"t={now - 1}"), BODY),
        (SECRET, good[:-1], BODY),
        (SECRET, f"t={now}", BODY),
        (SECRET, f"t={now},v1=", BODY),
        (SECRET, f"t={now},v1=é", BODY),
        (SECRET, "t=,v1=", BODY),
        (SECRET, "t=now", BODY),
        (SECRET, "", BODY),
    ]
    assert [header for secret, header, body in wrong if is_genuine(secret, header, body)] == []
    proof.ran(f"snippets/requests/{program}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_events_are_the_product(language: str) -> None:
    page = api_page(language, "webhooks")
    shown = {code(row[0]): codes(row[2]) for row in table(section(page, "events"))}
    assert shown == {kind: list(payload.model_fields) for kind, payload in TYPES.items()}
    outside, inside = tables(section(page, "payload"))
    assert [code(row[0]) for row in outside] == list(delivery.EventBody.model_fields)
    fields = types_of_fields()
    assert {code(row[0]) for row in inside} == fields.keys()
    or_null = {"zh": " 或 null", "en": " or null"}[language]
    for row in inside:
        kinds, options = fields[code(row[0])]
        [kind] = kinds - {"null"}
        assert row[1] == kind + (or_null if "null" in kinds else "")
        assert options <= set(codes(row[2])), row


def types_of_fields() -> dict[str, tuple[set[str], set[str]]]:
    """Types and, if they are few, values of each field of `data`, in all the events it is in."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for entry in truth.events().values():
        for name, schema in entry["schema"]["properties"].items():
            kinds, options = found.setdefault(name, (set(), set()))
            kinds |= {option["type"] for option in schema.get("anyOf", [schema])}
            options |= set(schema.get("enum", ()))
    return found


def test_numbers_are_the_product() -> None:
    """What webhooks.md and the endpoint pages say about attempts, time limits and receivers."""
    minute, hour = 60, 3600
    waits = (10, minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 6 * hour, 6 * hour)
    assert waits == delivery.RETRY_SECONDS
    assert round(sum(waits) / hour) == 21
    assert delivery.JITTER == 0.2
    assert delivery.MAX_RECEIVERS == 32
    defaults = Settings.model_fields
    assert defaults["webhook_timeout_seconds"].default == 10
    assert defaults["event_days"].default == 30
