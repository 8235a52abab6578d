"""Checks of the containers that need no container engine."""

import json
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML  # comes with check-jsonschema

from campaign_actions.cli import group
from tests.support.command_lookup import find_command
from tests.support.start_commands import starts_and_is_ready

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
COMPOSE = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "campaign-actions"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
each_service = pytest.mark.parametrize("name", SERVICES)


def test_the_compose_file_is_valid():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]

    checked = subprocess.run([*command, DEPLOY / "compose.yaml"], capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout


@each_service
def test_a_container_writes_only_to_its_volumes_and_gains_no_privileges(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid", "ipc"} & set(service)
    assert "docker.sock" not in str(service)


@each_service
def test_a_permanent_container_has_a_memory_limit_and_is_restarted(name):
    service = SERVICES[name]
    if name not in {"migrate", "tools"}:
        assert service["restart"] == "unless-stopped"
        assert "mem_limit" in service


def test_the_container_of_the_pages_has_the_limits_of_their_unit():
    unit = (DEPLOY / "systemd" / "campaign-actions-web.service").read_text()

    assert f"TasksMax={SERVICES['app']['pids_limit']}\n" in unit
    assert f"CPUWeight={SERVICES['app']['cpu_shares'] * 100 // 1024}\n" in unit


def test_only_the_proxy_is_published_and_only_it_and_the_worker_reach_outside():
    published = [name for name, service in SERVICES.items() if "ports" in service]
    outside = {name for name, service in SERVICES.items() if "outside" in service["networks"]}

    assert published == ["nginx"]
    assert outside == {"nginx", "worker"}
    assert [name for name, net in COMPOSE["networks"].items() if not net.get("internal")] == [
        "outside"
    ]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_run_commands_that_exist(name):
    words = SERVICES[name]["command"]

    command = find_command(group, words)

    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options | {"--help"}


def test_every_volume_network_and_secret_in_use_is_declared():
    for service in SERVICES.values():
        named = [volume.partition(":")[0] for volume in service.get("volumes", [])]
        assert {name for name in named if not name.startswith(".")} <= set(COMPOSE["volumes"])
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])


def test_every_file_that_nginx_names_is_mounted_and_exists():
    config = "".join(
        (DEPLOY / "nginx" / name).read_text() for name in ("nginx.conf", "compose-site.conf")
    )
    pages = re.findall(r"^ *error_page [\d =]+/(\S+);", config, re.M)
    included = re.findall(r"^ *include (\S+);", config, re.M)
    root = re.search(r"^root (\S+);", config, re.M)[1]
    languages = re.search(r"\(\?<tag>([a-zA-Z|-]+)\)", config)[1].split("|")

    named = {
        *(f"{root}/{page.replace('$language', tag)}" for page in pages for tag in languages),
        *(f"/etc/nginx/{name}" for name in included),
        "/etc/nginx/nginx.conf",
    }

    assert pages
    assert included
    assert named == set(mounted())


def test_every_variable_of_the_compose_file_is_in_the_example():
    used = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))
    given = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / ".env.example").read_text(), re.M))

    assert used <= given


@pytest.mark.slow
def test_the_command_of_the_container_starts_the_pages(tmp_path):
    assert instruction("ENTRYPOINT") == ["campaign-actions"]
    assert instruction("CMD") == SERVICES["app"]["command"]
    starts_and_is_ready(instruction("CMD"), tmp_path)


def test_the_image_runs_without_privileges_and_the_files_it_copies_exist():
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    copied = [
        words.split()[:-1] for words in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.M)
    ]
    allowed = (DEPLOY.parent / ".dockerignore").read_text().splitlines()

    assert "USER 10001:10001" in last_stage
    for name in chain.from_iterable(copied):
        assert (DEPLOY.parent / name).exists()
        assert f"!{name}" in allowed


def mounted() -> dict[str, Path]:
    """The files of the deploy folder that nginx has, by their paths in its container."""
    volumes = [volume.split(":") for volume in SERVICES["nginx"]["volumes"]]
    ours = [(DEPLOY / name, Path(place)) for name, place, _mode in volumes if name.startswith("./")]
    return {
        str(place / file.relative_to(source)): file
        for source, place in ours
        for file in [source, *source.rglob("*")]
        if file.is_file()
    }


def instruction(name: str) -> list[str]:
    """The words of the last such instruction in the Dockerfile that begins a line."""
    return json.loads(re.findall(rf"^{name} (\[.*\])$", DOCKERFILE, re.M)[-1])
