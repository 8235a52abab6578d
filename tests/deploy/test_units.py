"""The shipped systemd units: they are valid and hardened, and start commands that exist."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from string import Template

import pytest

from campaign_actions.cli import group
from campaign_actions.core.content import image_worker
from campaign_actions.server import NICENESS
from tests.support.command_lookup import find_command
from tests.support.images import picture
from tests.support.proxy import require_program
from tests.support.servers import run, settings_as_environment
from tests.support.start_commands import MAX_EXPOSURE, PROGRAM_OF_UNITS, starts_and_is_ready

SHIPPED = Path(__file__).parent.parent.parent / "deploy" / "systemd"
WEB = (SHIPPED / "campaign-actions-web.service").read_text()
DROP_IN = SHIPPED / "campaign-actions-.service.d" / "hardening.conf"
HARDENING = DROP_IN.read_text()
FILTERED = Path(__file__).parent.parent / "support" / "syscall_filter.py"
UNDER_THE_FILTER = [sys.executable, str(FILTERED), str(DROP_IN)]
MAX_CORES = 64  # that one unit must be able to use
SERVICES = sorted(SHIPPED.glob("*.service"))
each_service = pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def analyze() -> str:
    return require_program("systemd-analyze", shutil.which("systemd-analyze"), "systemd")


@pytest.fixture
def units(tmp_path) -> Path:
    """The units, with the installed program replaced by one that exists here."""
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
def test_a_service_has_few_privileges(analyze, units, service):
    judged = subprocess.run(
        [analyze, "security", "--offline=yes", f"--threshold={MAX_EXPOSURE}", f"./{service.name}"],
        cwd=units,
        capture_output=True,
        text=True,
    )

    assert judged.returncode == 0, judged.stdout
    assert "Overall exposure level" in judged.stdout


@each_service
def test_a_service_starts_a_command_that_exists(service):
    started = re.findall(
        rf"^ExecStart=.*{PROGRAM_OF_UNITS}((?: [a-z]+)+)(.*)$", service.read_text(), re.M
    )

    assert started
    for words, rest in started:
        command = find_command(group, words.split())
        options = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options


@pytest.mark.slow
def test_the_command_of_the_web_unit_starts_under_its_filter(analyze, tmp_path):
    program, *arguments = words_of(line(WEB, "ExecStart"), **settings_of(WEB))

    assert program == PROGRAM_OF_UNITS
    starts_and_is_ready(arguments, tmp_path, under=UNDER_THE_FILTER)


@pytest.mark.slow
def test_the_commands_of_the_other_units_work_under_the_filter(analyze, tmp_path):
    environment = settings_as_environment(INSTANCE=tmp_path / "instance")
    backup = str(tmp_path / "backup.zip")

    for command in (
        ["db", "upgrade"],
        ["outbox", "deliver"],
        ["backup", backup],
        ["restore", "--check", backup],
        ["audit", "check", "--noted", str(tmp_path / "audit_head")],
    ):
        run(environment, *command, under=UNDER_THE_FILTER)

    assert Path(backup).stat().st_size > 0


def test_a_picture_is_processed_under_the_filter(analyze):
    """Under the filter it may not set its own limits; the unit sets them."""
    made = subprocess.run(
        [*UNDER_THE_FILTER, sys.executable, "-I", image_worker.__file__, "picture"],
        input=picture(),
        capture_output=True,
    )

    assert made.stdout.startswith(b'{"width": 1200, "height": 800'), made.stderr


def test_the_pages_listen_where_the_operator_says():
    """The environment file takes precedence over the unit."""
    words = words_of(line(WEB, "ExecStart"), **settings_of(WEB) | {"LISTEN": "10.0.0.11"})

    assert settings_of(WEB) == {"LISTEN": "127.0.0.1"}
    assert words[words.index("--host") + 1] == "10.0.0.11"


def test_the_pages_yield_to_the_database_and_to_mail():
    """Between units through CPUWeight=, and within one through Nice=, which `serve` also sets."""
    assert int(line(WEB, "Nice")) == NICENESS
    assert int(line(WEB, "CPUWeight")) < 100  # the weight of every other unit


def test_files_that_metrics_read_are_not_hidden():
    """Without /proc/stat the Prometheus client reports nothing about a process."""
    assert "ProcSubset" not in HARDENING


def test_the_pages_can_use_a_large_machine():
    """One process per core, each with its threads and the five of the server."""
    (threads,) = (p.default for p in find_command(group, ["serve"]).params if p.name == "threads")

    assert (threads + 16) * MAX_CORES <= int(line(WEB, "TasksMax"))


def test_each_service_has_its_own_task_limit():
    """A drop-in overrides the unit, so a limit in it would apply to all services."""
    assert "TasksMax" not in HARDENING
    for service in SERVICES:
        assert int(line(service.read_text(), "TasksMax")) >= 64


def test_the_nightly_backup_can_be_disabled(tmp_path):
    units = tmp_path / "etc" / "systemd" / "system"
    shutil.copytree(SHIPPED, units)
    wanted = units / "campaign-actions.target.wants" / "campaign-actions-backup.timer"

    systemctl(tmp_path, "enable", "campaign-actions.target")
    assert wanted.is_symlink()
    systemctl(tmp_path, "disable", "campaign-actions-backup.timer")

    assert not wanted.is_symlink()
    assert "timer" not in line((SHIPPED / "campaign-actions.target").read_text(), "Wants")


def test_the_wrapper_runs_as_the_services_do():
    wrapper = (SHIPPED / "campaign-actions").read_text()

    for name in ("User=", "Group=", "UMask=", "EnvironmentFile=", "WorkingDirectory="):
        (value,) = re.findall(rf"^{name}(\S+)$", HARDENING, re.M)
        assert value in wrapper
    assert subprocess.run(["sh", "-n", SHIPPED / "campaign-actions"]).returncode == 0


def line(unit: str, name: str) -> str:
    """The value of a line that occurs once in a unit."""
    (value,) = re.findall(rf"^{name}=(.*)$", unit, re.M)
    return value


def settings_of(unit: str) -> dict[str, str]:
    return dict(setting.split("=") for setting in re.findall(r"^Environment=(.*)$", unit, re.M))


def words_of(command: str, **environment: str) -> list[str]:
    """The words of a command as systemd reads it: ${NAME} is one word."""
    return [Template(word).substitute(environment) for word in shlex.split(command)]


def systemctl(root: Path, *words: str) -> None:
    subprocess.run(["systemctl", f"--root={root}", *words], check=True, capture_output=True)
