"""The systemd units as they ship: without mistakes, closed up, and starting what there is."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from campaign_actions.cli import group
from tests.deploy.commands import find_command
from tests.deploy.conftest import needed
from tests.deploy.starting import MOST_EXPOSED, PROGRAM_OF_UNITS, starts_and_is_ready

SHIPPED = Path(__file__).parent.parent.parent / "deploy" / "systemd"
SERVICES = sorted(SHIPPED.glob("*.service"))
each_service = pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def analyze() -> str:
    return needed("systemd-analyze", shutil.which("systemd-analyze"), "systemd")


@pytest.fixture
def units(tmp_path) -> Path:
    """The units, with a program that is there in place of the installed one."""
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    for service in tmp_path.glob("*.service"):
        service.write_text(service.read_text().replace(PROGRAM_OF_UNITS, "/bin/true"))
    return tmp_path


def test_systemd_finds_no_mistake_and_knows_every_line(analyze, units):
    names = [path.name.replace("@.", "@1.") for path in units.glob("campaign-actions*.*[!v]")]
    names = [name for name in names if name.endswith((".service", ".timer", ".target"))]

    checked = subprocess.run(
        [analyze, "verify", "--man=no", *names], cwd=units, capture_output=True, text=True
    )

    assert len(names) == 6
    assert (checked.returncode, checked.stderr) == (0, "")


@each_service
def test_a_service_may_do_little(analyze, units, service):
    judged = subprocess.run(
        [analyze, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", f"./{service.name}"],
        cwd=units,
        capture_output=True,
        text=True,
    )

    assert judged.returncode == 0, judged.stdout
    assert "Overall exposure level" in judged.stdout


@each_service
def test_a_service_starts_a_command_that_there_is(service):
    started = re.findall(
        rf"^ExecStart=.*{PROGRAM_OF_UNITS}((?: [a-z]+)+)(.*)$", service.read_text(), re.M
    )

    assert started
    for words, rest in started:
        command = find_command(group, words.split())
        options = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options


@pytest.mark.slow
def test_the_line_that_starts_the_pages_starts_them(tmp_path):
    (line,) = re.findall(
        r"^ExecStart=(.*)$", (SHIPPED / "campaign-actions-web.service").read_text(), re.M
    )
    program, *arguments = shlex.split(line)

    assert program == PROGRAM_OF_UNITS
    starts_and_is_ready(arguments, tmp_path)


def test_the_wrapper_runs_as_the_services_do():
    wrapper = (SHIPPED / "campaign-actions").read_text()
    hardening = (SHIPPED / "campaign-actions-.service.d" / "hardening.conf").read_text()

    for line in ("User=", "Group=", "UMask=", "EnvironmentFile=", "WorkingDirectory="):
        (value,) = re.findall(rf"^{line}(\S+)$", hardening, re.M)
        assert value in wrapper
    assert subprocess.run(["sh", "-n", SHIPPED / "campaign-actions"]).returncode == 0
