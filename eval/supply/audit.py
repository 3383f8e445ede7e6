"""`python -m eval.supply.audit`: known weaknesses of pinned packages, by pip-audit, and what was unseen.

The service that knows them is the package index's own. An index without it answers "not found" for every
package, which pip-audit reports as success; here that is said instead.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ACCEPTED = Path(__file__).parent / "accepted.json"  # {"ID": "why it does no harm here"}
_SECONDS = 600


def judged(report: dict[str, Any], accepted: dict[str, str]) -> tuple[int, list[str]]:
    """Return the exit status and the lines to print for pip-audit's JSON."""
    packages = report["dependencies"]
    seen = [package for package in packages if "vulns" in package]
    lines = [f"pip-audit: {len(seen)} of {len(packages)} packages were looked up"]
    if not seen:
        return 0, [*lines, "NOT SEEN: this package index has no vulnerability service; nothing was checked"]
    failed = 0
    for package in seen:
        for found in package["vulns"]:
            why = next((accepted[i] for i in (found["id"], *found.get("aliases", [])) if i in accepted), None)
            failed |= why is None
            told = why or "NOT ACCEPTED: upgrade, or explain in eval/supply/accepted.json"
            lines.append(f"{package['name']} {package['version']} {found['id']}: {told}")
    return int(failed), lines


def main() -> int:
    """Run pip-audit over constraints.txt; 1 where something was found that nobody has explained."""
    command = [sys.executable, "-m", "pip_audit", "-r", "constraints.txt", "--no-deps", "--disable-pip"]
    options = ["--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(  # noqa: S603 - fixed words
        [*command, *options], capture_output=True, text=True, check=False, timeout=_SECONDS
    )
    if not done.stdout.startswith("{"):
        print("NOT SEEN: the vulnerability service could not be reached; nothing was checked")
        print(done.stderr.strip()[-500:])
        return 0
    status, lines = judged(json.loads(done.stdout), json.loads(ACCEPTED.read_text(encoding="utf-8")))
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main())
