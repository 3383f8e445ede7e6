"""axe-core looks at a page in the browser."""

import os
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

AXE = Path(__file__).resolve().parents[1] / "app/web/widget/node_modules/axe-core/axe.min.js"


def findings(chrome: Chrome) -> list[str]:
    """What is serious or critical on the page that a browser shows."""
    if not AXE.is_file():
        if os.environ.get("CI"):
            pytest.fail("axe-core is not here; CI installs it with npm")
        pytest.skip("axe-core is not here: `make widget` installs it (needs npm)")
    chrome.execute_script(AXE.read_text(encoding="utf-8"))
    report = chrome.execute_async_script("""
      const done = arguments[arguments.length - 1];
      axe.run(document).then((result) => done({
        rules: result.passes.length,
        found: result.violations.filter((one) => ["serious", "critical"].includes(one.impact)).flatMap(
          (one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)),
      }));
    """)
    assert report["rules"] > 10  # it did look
    found: list[str] = report["found"]
    return found
