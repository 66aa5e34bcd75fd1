"""The Prometheus files name metrics and error codes that Kite has, and only those."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from kite.errors import CATALOGUE
from kite.metrics import METRICS
from tests.deploy.machine import DEPLOY
from tests.proof import Proof
from tests.requests.pages import LANGUAGES, ROOT, code, section, table

PROMETHEUS = DEPLOY / "prometheus.yml"
ALERTS = DEPLOY / "kite-alerts.yml"
SUFFIXES = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
SERIES = {m.name + suffix: set(m.labels) for m in METRICS for suffix in SUFFIXES[m.type]}


def rules() -> list[dict[str, Any]]:
    loaded = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))
    return [rule for group in loaded["groups"] for rule in group["rules"]]


def test_alerts_name_series_labels_and_codes_that_exist() -> None:
    seen = set()
    for rule in rules():
        for name, _, matchers in re.findall(r"\b(kite_\w+)(\{([^}]*)\})?", rule["expr"]):
            assert name in SERIES, rule["alert"]
            assert set(re.findall(r"(\w+)=", matchers)) <= SERIES[name], rule["alert"]
            seen.add(name)
        for codes in re.findall(r'code=~?"([^"]+)"', rule["expr"]):
            assert set(codes.split("|")) <= set(CATALOGUE), rule["alert"]
        assert rule["annotations"]["summary"]
    assert len(seen) >= 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_has_every_metric(language: str) -> None:
    page = ROOT / "docs" / language / "deploy" / "monitoring.md"
    rows = table(section(page, "metrics"))
    shown = [(code(row[0]), row[1], row[3]) for row in rows]
    assert shown == [(m.name, m.type, getattr(m, language)) for m in METRICS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_counts_the_rules(language: str) -> None:
    page = ROOT / "docs" / language / "deploy" / "monitoring.md"
    described = page.read_text(encoding="utf-8").split("---")[1]
    assert re.findall(r"(\d+) (?:条告警|alert rules)", described) == [str(len(rules()))]


def test_rules_are_found_and_every_job_has_a_token() -> None:
    loaded = yaml.safe_load(PROMETHEUS.read_text(encoding="utf-8"))
    assert loaded["rule_files"] == [ALERTS.name]
    (job,) = loaded["scrape_configs"]
    assert job["authorization"]["credentials_file"].endswith("kite.token")
    assert f'job="{job["job_name"]}"' in rules()[0]["expr"]


@pytest.mark.system
def test_prometheus_accepts_the_configuration_and_its_rules(tmp_path: Path, proof: Proof) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("needs promtool: apt install prometheus")
    token = tmp_path / "kite.token"
    token.touch(mode=0o600)
    shutil.copy(ALERTS, tmp_path)
    config = tmp_path / PROMETHEUS.name
    text = PROMETHEUS.read_text(encoding="utf-8")
    config.write_text(text.replace("/etc/prometheus/kite.token", str(token)), encoding="utf-8")
    done = subprocess.run(
        ["promtool", "check", "config", str(config)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules())} rules found" in done.stdout
    proof.used(PROMETHEUS, ALERTS)
