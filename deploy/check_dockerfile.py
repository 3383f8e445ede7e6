"""Builds the Dockerfile without a container engine: each step in a clean Debian root, then asks a question.

    sudo python deploy/check_dockerfile.py --work /var/tmp/image

Needs root, debootstrap and a Debian mirror. The base image `python:3.11-slim-bookworm` is Debian bookworm
with the newest Python 3.11 in /usr/local; here the one that is running this, or --python, is copied there
(Debian's own 3.11.2 is too old for some packages). What this shows: that the steps work from nothing, that
the image's user can run the command, and that it answers. What it does not: the registry's base image.
"""

import argparse
import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BASE = "python:3.11-slim-bookworm"
_PORT = 8917
_WORDS = re.compile(r"\$\{?(\w+)\}?")


@dataclass
class Stage:
    """A root folder, and what the steps so far have said of it."""

    name: str
    root: Path
    env: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}
    )
    arguments: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = "0"
    command: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        """Where a path of the image lies on this machine."""
        return self.root / os.path.normpath(os.path.join(self.workdir, path)).lstrip("/")  # noqa: PTH118


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Instructions and their arguments, continued lines joined, comments dropped."""
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(kept)).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word:
            yield word.upper(), rest.strip()


def main() -> int:
    """Run every step; 0 where the image answers a question."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="an empty folder, some 8 GB")
    parser.add_argument("--mount", type=Path, action="append", default=[], help="also seen inside, read-only")
    default = Path(sys.base_prefix)
    parser.add_argument("--python", type=Path, default=default, help="prefix of a Python 3.11")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    base, stages, started = _base(given.work, given.python), list[Stage](), time.monotonic()
    for word, rest in steps((ROOT / "Dockerfile").read_text(encoding="utf-8")):
        print(f"{time.monotonic() - started:6.0f} s  {word} {rest[:100]}", flush=True)
        _step(word, rest, base, stages, given.mount)
    answer = _asked(stages[-1], given.mount)
    print(json.dumps({"status": answer["status"], "citations": len(answer["citations"])}))
    return 0 if answer["status"] == "answered" else 1


def _base(work: Path, python: Path) -> Path:
    """Debian with Python in /usr/local, as the base image has it; made once."""
    root = work / "base"
    if not (root / "usr/local/bin/python3.11").exists():
        include = "ca-certificates,libssl3,libsqlite3-0,libffi8,libbz2-1.0,liblzma5,libreadline8,zlib1g"
        _run(["debootstrap", "--variant=minbase", f"--include={include}", "bookworm", str(root)])
        _run(["cp", "--archive", f"{python}/.", str(root / "usr/local")])
        # Without what is installed beside it: the image has none of that.
        shutil.rmtree(root / "usr/local/lib/python3.11/site-packages")
        (root / "usr/local/lib/python3.11/site-packages").mkdir()
        _run(["chroot", str(root), "ldconfig"])
    return root


def _step(word: str, rest: str, base: Path, stages: list[Stage], mounts: list[Path]) -> None:
    if word == "FROM":
        image, _, name = rest.partition(" AS ")
        assert image == BASE, f"this check knows {BASE} only, not {image}"
        root = base.with_name(f"stage-{len(stages)}")
        if root.exists():
            shutil.rmtree(root)
        _run(["cp", "--archive", "--reflink=auto", str(base), str(root)])
        stages.append(Stage(name or str(len(stages)), root))
        return
    stage = stages[-1]
    if word in {"ENV", "ARG"}:
        _define(word, rest, stage)
    elif word == "WORKDIR":
        stage.workdir = rest
        stage.inside(".").mkdir(parents=True, exist_ok=True)
    elif word == "USER":
        stage.user = rest
    elif word == "RUN":
        _inside(stage, ["/bin/sh", "-c", rest], mounts)
    elif word == "COPY":
        _copy(rest, stages)
    elif word == "CMD":
        stage.command = json.loads(rest)
    else:
        assert word in {"VOLUME", "EXPOSE", "HEALTHCHECK"}, f"this check does not know {word}"


def _define(word: str, rest: str, stage: Stage) -> None:
    """ENV holds for what follows and in the image, ARG for what follows; whoever builds may give it."""
    known = stage.env | stage.arguments
    for pair in shlex.split(rest) if word == "ENV" else [rest]:
        name, _, value = pair.partition("=")
        if word == "ENV":
            stage.env[name] = _WORDS.sub(lambda found: known.get(found[1], ""), value)
        else:
            stage.arguments[name] = os.environ.get(name, value)


def _copy(rest: str, stages: list[Stage]) -> None:
    options = dict(word[2:].split("=", 1) for word in rest.split() if word.startswith("--"))
    *sources, target = [word for word in rest.split() if not word.startswith("--")]
    stage, origin = stages[-1], None
    if "from" in options:
        origin = next(one for one in stages if one.name == options["from"])
    for source in sources:
        found = ROOT / source if origin is None else origin.root / source.lstrip("/")
        place = stage.inside(target)
        if found.is_file():
            place = place / found.name if target.endswith("/") else place
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, place)
        elif origin is None:
            shutil.copytree(found, place, ignore=_ignored, dirs_exist_ok=True, symlinks=True)
        else:
            place.mkdir(parents=True, exist_ok=True)
            _run(["cp", "--archive", "--reflink=auto", f"{found}/.", str(place)])
        if "chown" in options:
            _run(["chown", "--recursive", options["chown"], str(place)])


def _ignored(folder: str, names: list[str]) -> set[str]:
    """What `.dockerignore` keeps out."""
    patterns = [line.strip() for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()]
    patterns = [pattern.removeprefix("**/").rstrip("/") for pattern in patterns if pattern]
    place = Path(folder).relative_to(ROOT)
    return {
        name
        for name in names
        if any(fnmatch.fnmatch(name, p) or fnmatch.fnmatch(str(place / name), p) for p in patterns)
    }


def _asked(stage: Stage, mounts: list[Path]) -> dict[str, Any]:
    """Start the image's command as its user and ask it a question, as the health check and a client do."""
    env = {"YOROZU_PORT": str(_PORT), "YOROZU_HOST": "127.0.0.1"}
    with _mounted(stage, mounts):
        server = subprocess.Popen(_chroot(stage, stage.command), env=stage.env | env)
        try:
            until = time.monotonic() + 180
            while not _ready():
                assert server.poll() is None, "the image's command ended"
                assert time.monotonic() < until, "the image's command is not ready"
                time.sleep(1)
            body = json.dumps({"question": "専任者がいないのですが、規程はどう作ればよいですか"}).encode()
            request = urllib.request.Request(
                f"http://127.0.0.1:{_PORT}/api/v1/answers", body, {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=60) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        finally:
            server.terminate()
            server.wait(30)


def _ready() -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{_PORT}/readyz", timeout=4):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _inside(stage: Stage, command: list[str], mounts: list[Path]) -> None:
    passed = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    env = passed | stage.arguments | stage.env | {"DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}
    with _mounted(stage, mounts):
        subprocess.run(_chroot(stage, command), env=env, check=True)


def _chroot(stage: Stage, command: list[str]) -> list[str]:
    group = [f"--userspec={stage.user}:{stage.user}"] if stage.user != "0" else []
    inner = f"cd {shlex.quote(stage.workdir)} && exec {shlex.join(command)}"
    return ["chroot", *group, str(stage.root), "/bin/sh", "-c", inner]


@contextmanager
def _mounted(stage: Stage, mounts: list[Path]) -> Iterator[None]:
    """/proc, /dev, name resolution, and what else was asked for; all of it is gone afterwards."""
    shutil.copy("/etc/resolv.conf", stage.root / "etc/resolv.conf")
    wanted = [(Path("/proc"), ["--rbind"]), (Path("/dev"), ["--rbind"])]
    wanted += [(path.resolve(), ["--bind", "-o", "ro"]) for path in mounts]
    with ExitStack() as stack:
        for path, how in wanted:
            target = stage.root / str(path).lstrip("/")
            if path.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.touch()
            else:
                target.mkdir(parents=True, exist_ok=True)
            _run(["mount", *how, str(path), str(target)])
            if how == ["--rbind"]:
                _run(["mount", "--make-rslave", str(target)])
            stack.callback(_run, ["umount", "--recursive", str(target)])
        yield


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
