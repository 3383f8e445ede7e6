"""What deploy/ says is what the program and the image are."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from app.cli import cli
from app.settings import ServiceSettings
from ingest.settings import PREFIX
from tests.typer_commands import commands_of

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
OURS = "yorozu:latest"
SETTINGS = {PREFIX + name.upper() for name in ServiceSettings.model_fields}
PINNED = re.compile(r"[a-z0-9./-]+:[a-z0-9.-]*\d[a-z0-9.-]*")


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))


def manifests() -> list[dict[str, Any]]:
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    assert len(files) >= 4
    return [one for file in files for one in yaml.safe_load_all(file.read_text(encoding="utf-8"))]


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """The pod specifications of everything that runs one."""
    for one in manifests():
        spec = one.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            yield one["metadata"]["name"], spec["template"]["spec"]


def containers() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, pod in pods():
        for container in pod["containers"]:
            yield name, container


def commands() -> dict[str, list[str]]:
    """What runs in our image, wherever that is said."""
    found = {f"compose {k}": s["command"] for k, s in compose()["services"].items() if s["image"] == OURS}
    found |= {f"kubernetes {k}": c["command"] for k, c in containers() if c["image"] == OURS}
    return found


def dockerfile() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_dockerfile", DEPLOY / "check_dockerfile.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["check_dockerfile"] = module
    spec.loader.exec_module(module)
    return module


def test_every_setting_that_is_given_exists() -> None:
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = set(re.findall(r"YOROZU_[A-Z_]+\b", text))
    assert len(named) >= 9
    assert named - SETTINGS == set()


def test_the_page_names_every_setting_of_what_is_shared() -> None:
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    shared = {"database", "originals_database", "redis", "chroma", "chroma_token", "chroma_seconds"}
    shared |= {"generations", "follow_seconds", "draft_here"}
    assert {name for name in shared if f"`{PREFIX}{name.upper()}`" not in page} == set()
    assert set(re.findall(r"YOROZU_[A-Z_]+\b", page)) - SETTINGS - {"YOROZU_LLM_DAILY_"} == set()


def test_what_runs_in_our_image_is_a_command_of_the_program() -> None:
    known = commands_of(cli)
    found = commands()
    assert {"compose api", "compose worker", "compose ingest", "kubernetes api"} <= set(found)
    for name, command in found.items():
        if command[0] == "chroma":
            assert shutil.which("chroma", path=str(Path(sys.executable).parent)), "comes with chromadb"
            assert command[1] == "run", name
        else:
            assert command[0] == "yorozu", name
            assert tuple(command[1:]) in known, name


def test_the_api_runs_what_the_dockerfile_runs_and_where_it_says() -> None:
    steps = list(dockerfile().steps((ROOT / "Dockerfile").read_text(encoding="utf-8")))
    (command,) = [json.loads(rest) for word, rest in steps if word == "CMD"]
    (user,) = [rest for word, rest in steps if word == "USER"]
    (port,) = [rest for word, rest in steps if word == "EXPOSE"]
    ours = compose()["services"]["api"]
    assert ours["command"] == command == commands()["kubernetes api"]
    assert ours["user"] == f"{user}:{user}"
    (config,) = [one for one in manifests() if one["kind"] == "ConfigMap"]
    assert ours["environment"]["YOROZU_PORT"] == config["data"]["YOROZU_PORT"] == port
    for name, pod in pods():
        if any(c["image"] == OURS for c in pod["containers"]):
            assert pod["securityContext"]["runAsUser"] == int(user), name
    made = " ".join(rest for word, rest in steps if word in {"RUN", "COPY"})
    mounted = {volume.split(":")[1] for volume in ours["volumes"]}
    assert all(path in made for path in mounted)  # so that their owner is not root


def test_the_settings_are_taken_by_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    (config,) = [one for one in manifests() if one["kind"] == "ConfigMap"]
    for given in (compose()["services"]["api"]["environment"], config["data"]):
        with monkeypatch.context() as patch:
            for name, value in given.items():
                patch.setenv(name, re.sub(r"\$\{(\w+):\?\}", "secret", value))
            settings = ServiceSettings.load()
        assert settings.vector_server is not None
        assert not settings.draft_here
        assert not settings.on_this_machine


def test_nothing_runs_as_root_or_writes_where_it_should_not() -> None:
    for name, service in compose()["services"].items():
        assert service["user"].split(":")[0] != "0", name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "mem_limit" in service or name == "migrate", name
    for name, pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["automountServiceAccountToken"] is False, name
        for container in pod["containers"]:
            locked = container["securityContext"]
            assert locked["readOnlyRootFilesystem"] is True, name
            assert locked["allowPrivilegeEscalation"] is False, name
            assert locked["capabilities"] == {"drop": ["ALL"]}, name
            assert set(container["resources"]["limits"]) == {"cpu", "memory"}, name


def test_probes_ask_what_there_is() -> None:
    by_name = dict(containers())
    for name in ("postgres", "redis", "chroma", "api"):
        assert {"readinessProbe", "livenessProbe"} <= set(by_name[name]), name
    api = by_name["api"]
    assert api["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert api["livenessProbe"]["httpGet"]["path"] == "/healthz"  # a machine without an index is alive


def test_what_is_mounted_or_referred_to_is_declared() -> None:
    whole = manifests()
    declared = {(one["kind"], one["metadata"]["name"]) for one in whole}
    assert len(declared) == len(whole)
    claims = {name for kind, name in declared if kind == "PersistentVolumeClaim"}
    templates = {
        t["metadata"]["name"] for one in whole for t in one.get("spec", {}).get("volumeClaimTemplates", [])
    }
    for name, pod in pods():
        volumes = {volume["name"]: volume for volume in pod.get("volumes", [])}
        for volume in volumes.values():
            if "persistentVolumeClaim" in volume:
                assert volume["persistentVolumeClaim"]["claimName"] in claims, name
        for container in pod["containers"]:
            assert {m["name"] for m in container["volumeMounts"]} <= set(volumes) | templates, name
    given = compose()
    for name, service in given["services"].items():
        used = {v.split(":")[0] for v in service.get("volumes", []) if not v.startswith(".")}
        assert used <= set(given["volumes"]), name
        assert set(service.get("depends_on", {})) <= set(given["services"]), name


def test_images_are_pinned_and_no_secret_stands_there() -> None:
    images = {s["image"] for s in compose()["services"].values()} | {c["image"] for _, c in containers()}
    assert [image for image in images - {OURS} if not PINNED.fullmatch(image)] == []
    for path in (*DEPLOY.rglob("*.yaml"), DEPLOY / "nginx.conf"):
        lines = path.read_text(encoding="utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        assert all(found.startswith("${") for found in re.findall(r"://[^/@\s]*?:([^@\s]+)@", text)), path
    for name, service in compose()["services"].items():
        secret = {k: v for k, v in service.get("environment", {}).items() if "PASSWORD" in k}
        assert all(value.startswith("${") for value in secret.values()), name
    for name, container in containers():
        secret = {
            e["name"]: e for e in container.get("env", []) if re.search("PASSWORD|DATABASE|REDIS", e["name"])
        }
        assert all("secretKeyRef" in entry["valueFrom"] for entry in secret.values()), name


def test_the_balancer_s_settings_are_whole() -> None:
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("nginx is not installed")
    done = subprocess.run(
        [program, "-t", "-c", str(DEPLOY / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    (limit,) = re.findall(r"client_max_body_size (\d+)m", text)
    assert int(limit) * 1024 * 1024 > ServiceSettings.model_fields["intake_limit_bytes"].default
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s", text)
    assert int(seconds) > ServiceSettings.model_fields["request_seconds"].default


def test_the_check_of_the_dockerfile_reads_all_of_it() -> None:
    module = dockerfile()
    words = [word for word, _ in module.steps((ROOT / "Dockerfile").read_text(encoding="utf-8"))]
    assert words.count("FROM") == 2
    assert {"RUN", "COPY", "CMD", "USER", "WORKDIR"} <= set(words)
    assert module._ignored(str(ROOT), [".git", "app", "var", ".venv"]) == {".git", "var", ".venv"}
