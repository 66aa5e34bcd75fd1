"""The site under test: the real one, built as it is shipped, and a small one whose words the tests know."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.site.browser import chromium, serving

ROOT = Path(__file__).parents[2]

SAMPLE = {
    "zh": """---
title: 推流失败怎么办
description: 编码器连不上时的处理办法
audience: [ops, developer]
time: 15
applies_to: Kite 0.1
aliases: [推不上去, 连接被拒绝]
---

# 推流失败怎么办

先看编码器里的推流地址，再看 `kite doctor` 的结果，错误码是 KITE_PUBLISH_403。

## 检查防火墙 {#firewall}

放行 1935 端口，再用 systemd 重启服务。证书由 invoice 邮箱签发。
""",
    "en": """---
title: Publishing fails
description: What to do when the encoder cannot connect
audience: [ops, developer]
time: 15
applies_to: Kite 0.1
aliases: [encoder rejected, cannot go live]
---

# Publishing fails

Look at the publish address first, then at `kite doctor`; the error code is KITE_PUBLISH_403.

## Check the firewall {#firewall}

Open port 1935 and restart the service with systemd. Deployments send the invoice by mail.
""",
}
WIDE = f"""
## Wide things {{#wide}}

| {" | ".join(f"column {n}" for n in range(12))} |
|{"---|" * 12}
| {" | ".join(f"`some_long_setting_name_{n}`" for n in range(12))} |

```python
{" + ".join(f"variable_{n}" for n in range(80))}
```

{"https://kite.example/" + "x" * 200}

!!! warning "Before"
    **required**{{.badge .bad}} **stable**{{.badge .good}} **preview**{{.badge .warn}} **0.1**{{.badge}}
"""


def run(*command: str | Path, **options: str) -> None:
    """Run a command from the repository root; its output becomes the failure."""
    done = subprocess.run(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        pytest.fail(f"{' '.join(map(str, command))}\n{done.stdout}", pytrace=False)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site, built strictly by the command that ships it; `scripts/test` has just done so."""
    if built := os.environ.get("BUILT_SITE"):
        return ROOT / built
    out = tmp_path_factory.mktemp("site")
    run("scripts/build", out)
    return out


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two short pages in each language, under the real configuration and theme."""
    home = tmp_path_factory.mktemp("sample")
    (home / "docs").mkdir()
    (home / "docs/theme").symlink_to(ROOT / "docs/theme")
    for language, name in (("zh", "mkdocs.yml"), ("en", "mkdocs.en.yml")):
        text = (ROOT / name).read_text(encoding="utf-8")
        text = text.replace(" rollcall: {", " rollcall: {enabled: false, ")
        (home / name).write_text(text, encoding="utf-8")
        config = home / f"{language}.yml"
        config.write_text(f"INHERIT: {name}\nnav: null\n", encoding="utf-8")
        folder = home / "docs" / language
        (folder / "deploy").mkdir(parents=True)
        (folder / "index.md").write_text("# Home\n\n[Next](deploy/publish.md)\n", encoding="utf-8")
        (folder / "deploy/publish.md").write_text(SAMPLE[language] + WIDE, encoding="utf-8")
        out = home / "site" / language
        run(ROOT / ".venv/bin/mkdocs", "build", "--strict", "-f", config, "-d", out)
    return home / "site"


@pytest.fixture(scope="session")
def root(site: Path) -> Iterator[str]:
    """Address of the real site."""
    with serving(site) as url:
        yield url


@pytest.fixture(scope="session")
def sample_root(sample: Path) -> Iterator[str]:
    """Address of the small site, which lives below a path of the host."""
    with serving(sample, "/help/kite/") as url:
        yield url


# Of the module, not of the session: while it is there it keeps an event loop running, in which
# other suites of the same process could not run one of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)
    with chromium() as browser:
        yield browser
