"""Requests nobody would write, made from the OpenAPI document; the same ones each time.

Every answer must be one the document describes, in the form it describes. nginx's control port and
the database answer here, so no 5xx may come at all, not even a documented 503.
"""

import inspect
import itertools
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import HttpUrl
from schemathesis import Case, GenerationMode, checks
from schemathesis.specs.openapi.checks import negative_data_rejection, response_schema_conformance

import requests
from kite import app, keys, nginx, rooms, users, webhooks
from kite.models import Recording
from tests.kite.conftest import Api

DOCUMENT = app.openapi()
for _path in DOCUMENT["paths"].values():
    for _operation in _path.values():
        _operation.pop("security", None)  # the token is always sent; test_api tries without

OPERATIONS = [
    f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods
]
KNOWN = {"room": "demo", "user": "mei"}
"""What exists; every number that stands for something is 1."""

REQUEST = inspect.signature(requests.Request).parameters.keys()

FEW = settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@pytest.fixture
def full(api: Api) -> Api:
    """One of each thing."""
    rooms.create(api.kite, "demo", {"title": "x"})
    users.create(api.kite, "mei", "viewer", None)
    users.create(api.kite, "owner", "owner", "correct horse battery")
    keys.create(api.kite, "demo", "mei")
    webhook = webhooks.create(api.kite, HttpUrl("https://1.1.1.1/never-called"), [])
    webhooks.test(api.kite, webhook.id)
    folder = nginx.recordings_dir(api.kite.settings)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "demo-1.mp4").write_bytes(b"film")
    with api.kite.database.writes.begin() as session:
        session.add(Recording(room_id="demo", file="demo-1.mp4", state="ready", bytes=4))
    return api


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", OPERATIONS)
def test_answers_are_as_described(full: Api, name: str, mode: GenerationMode) -> None:
    schema: Any = schemathesis.openapi.from_dict(DOCUMENT)
    found = {r.ok().label: r.ok() for r in schema.get_all_operations()}
    operation: Any = found[name]
    if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query):
        pytest.skip("takes nothing that could be wrong")
    rounds = itertools.count()

    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE and next(rounds) % 3:
            case.path_parameters = {n: KNOWN.get(n, 1) for n in case.path_parameters or {}}
        sent = case.as_transport_kwargs(base_url="http://kite")
        wire: Any = requests.Request(**{k: v for k, v in sent.items() if k in REQUEST}).prepare()
        headers = {**wire.headers, "authorization": f"Bearer {full.token}"}
        body = wire.body
        answer = full.anonymous.request(wire.method, wire.url, headers=headers, content=body)
        answer.elapsed = timedelta()  # nothing was measured
        case.validate_response(answer, checks=CHECKS)

    ask()
