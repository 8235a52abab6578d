"""What the operations guide and the shipped files say is true of the program: commands, settings, files."""

import re
import subprocess
from pathlib import Path

import pytest

from campaign_actions import config
from campaign_actions.cli import group
from tests.deploy.commands import find_command

ROOT = Path(__file__).parent.parent.parent
GUIDE = ROOT / "docs" / "operations.md"
TEXTS = [
    GUIDE,
    ROOT / "README.md",
    *(p for p in sorted((ROOT / "deploy").rglob("*")) if p.is_file()),
]
NAMED = re.compile(
    r"(?:`|\n *|bin/|exec |\| |-- |run --rm )(?:campaign-actions|tools) "
    r"(?P<words>[a-z]+(?: [a-z]+)*)(?P<rest>[^`\n]*)"
)
ENVIRONMENT_ONLY = {"INSTANCE"}  # where config.py lies can not stand in it
each_text = pytest.mark.parametrize("text", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))


def commands() -> list[tuple[str, str]]:
    """Every command that guide and README name: its words, and what stands behind them."""
    text = GUIDE.read_text() + (ROOT / "README.md").read_text()
    return sorted({(found["words"], found["rest"]) for found in NAMED.finditer(text)})


@pytest.mark.parametrize(("words", "rest"), commands(), ids=lambda value: value[:30])
def test_every_command_that_is_named_is_there_with_its_options(words, rest):
    command = find_command(group, words.split())

    options = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"(?<!\S)--[a-z-]+", rest.partition("|")[0])) <= options | {"--help"}


def test_commands_are_found_at_all():
    assert {"db upgrade", "outbox list", "signatures export", "backup"} <= {
        w for w, _ in commands()
    }


@each_text
def test_every_setting_that_is_named_is_one(text):
    named = set(re.findall(rf"{config.PREFIX}([A-Z_]*[A-Z])", text.read_text(errors="replace")))

    assert {name for name in named if not hasattr(config, name)} <= ENVIRONMENT_ONLY


def test_every_setting_in_the_tables_is_one():
    text = GUIDE.read_text() + (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", text, re.M)

    assert len(rows) > 5
    for name in re.findall(r"[A-Z_]+", " ".join(rows)):
        assert hasattr(config, name), name


def test_every_shipped_file_that_is_named_is_there():
    named = set(re.findall(r"\bdeploy/[\w./*@-]+[\w/*]", GUIDE.read_text()))

    assert len(named) > 5
    for name in named:
        assert list(ROOT.glob(name)), name


def test_every_place_that_is_linked_is_there():
    text = GUIDE.read_text()
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}

    for target in re.findall(r"\]\(([^)]+)\)", text):
        place, _hash, anchor = target.partition("#")
        assert (GUIDE.parent / place).exists(), target
        assert not anchor or anchor in anchors, target


def test_units_that_are_named_are_there():
    named = set(re.findall(r"campaign-actions-[a-z]+|campaign-actions\.target", GUIDE.read_text()))
    there = " ".join(path.name for path in (ROOT / "deploy" / "systemd").iterdir())

    assert named
    for name in named:
        assert name in there, name


def test_the_examples_of_settings_are_read_as_they_are_meant():
    """systemd and Compose read such files; nothing in them may need a shell."""
    for name in ("systemd/campaign-actions.env", ".env.example"):
        lines = (ROOT / "deploy" / name).read_text().splitlines()
        for line in lines:
            assert not line or re.fullmatch(r"#.*|[A-Z_]+=(\"[^\"$`\\]*\"|[^\"'$`\\]*)", line), line


def test_the_wrapper_is_executable():
    listed = subprocess.run(
        ["git", "ls-files", "-s", "deploy/systemd/campaign-actions"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (ROOT / "deploy" / "systemd" / "campaign-actions").stat().st_mode & 0o111
    assert listed.stdout.startswith("100755") or not listed.stdout
