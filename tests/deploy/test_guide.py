"""The operations guide and the shipped files name commands, settings and files that exist."""

import inspect
import re
import subprocess
from pathlib import Path

import pytest
from sqlalchemy.pool import QueuePool

from campaign_actions import config
from campaign_actions.cli import group
from campaign_actions.outbox.worker_loop import TASK_GROUPS
from tests.support.command_lookup import find_command

ROOT = Path(__file__).parent.parent.parent
GUIDE = ROOT / "docs" / "operations.md"
GUIDES = [
    GUIDE,
    *(ROOT / "docs" / f"{name}.md" for name in ("audit-log", "metrics", "scaling", "translating")),
    ROOT / "README.md",
]
OPERATORS_OWN = {"site.conf", "campaign-actions.env"}  # files that an upgrade must not touch
TEXTS = [
    *GUIDES,
    *(p for p in sorted((ROOT / "deploy").rglob("*")) if p.is_file()),
]
NAMED = re.compile(
    r"(?:`|\n *|bin/|exec |\| |-- |run --rm )(?:campaign-actions|tools) "
    r"(?P<words>[a-z][a-z-]*(?: [a-z][a-z-]*)*)(?P<rest>[^`\n]*)"
)
ENVIRONMENT_ONLY = {"INSTANCE"}  # config.py cannot contain its own location
each_text = pytest.mark.parametrize("text", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))


def commands() -> list[tuple[str, str]]:
    """Every command that the guides and the README name: its words, and the rest of the text."""
    text = "".join(guide.read_text() for guide in GUIDES)
    return sorted({(found["words"], found["rest"]) for found in NAMED.finditer(text)})


@pytest.mark.parametrize(("words", "rest"), commands(), ids=lambda value: value[:30])
def test_every_command_that_is_named_exists_with_its_options(words, rest):
    command = find_command(group, words.split())

    options = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"(?<!\S)--[a-z-]+", rest.partition("|")[0])) <= options | {"--help"}


def test_commands_are_found_at_all():
    assert {"db upgrade", "outbox list", "signatures export", "backup"} <= {
        w for w, _ in commands()
    }


@each_text
def test_every_setting_that_is_named_exists(text):
    named = set(re.findall(rf"{config.PREFIX}([A-Z_]*[A-Z])", text.read_text(errors="replace")))

    assert {name for name in named if not hasattr(config, name)} <= ENVIRONMENT_ONLY


def test_every_setting_in_the_tables_exists():
    text = "".join(guide.read_text() for guide in GUIDES)
    rows = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", text, re.M)

    assert len(rows) > 5
    for name in re.findall(r"[A-Z_]+", " ".join(rows)):
        assert hasattr(config, name), name


def test_every_shipped_file_that_is_named_exists():
    named = set(re.findall(r"\bdeploy/[\w./*@-]+[\w/*]", GUIDE.read_text()))

    assert len(named) > 5
    for name in named:
        assert list(ROOT.glob(name)), name


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_link_target_exists(guide):
    for target in re.findall(r"\]\(([^):]+)\)", guide.read_text()):
        place, _hash, anchor = target.partition("#")
        linked = guide.parent / place if place else guide
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


def anchors(guide: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", guide.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_an_upgrade_replaces_every_file_except_the_operators_own(tmp_path):
    for folder in ("systemd/system", "sysusers.d", "tmpfiles.d", "nginx", "campaign-actions"):
        (tmp_path / "etc" / folder).mkdir(parents=True)
    (tmp_path / "usr" / "local" / "bin").mkdir(parents=True)
    run_copy_commands("Install with systemd", tmp_path)
    installed = [path for path in tmp_path.rglob("*") if path.is_file()]
    new = {path: path.read_bytes() for path in installed}
    for path in installed:
        path.write_text("what was there before")

    run_copy_commands("Upgrade", tmp_path)

    kept = {path.name for path in installed if path.read_text() == "what was there before"}
    assert {"campaign-actions-web.service", "hardening.conf", "nginx.conf"} <= {
        path.name for path in installed
    }
    assert kept == OPERATORS_OWN
    assert all(path.read_bytes() == new[path] for path in installed if path.name not in kept)


def run_copy_commands(section: str, root: Path) -> None:
    """Run the lines of a section that copy files, below another root."""
    text = GUIDE.read_text().partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    for line in re.findall(r"^ *((?:cp|install) .*?)(?: &&.*)?$", text, re.M):
        command = re.sub(r" /(etc|usr)/", rf" {root}/\1/", line)
        subprocess.run(command, shell=True, check=True, cwd=ROOT)


def test_the_connections_in_the_table_are_those_of_the_program():
    more = inspect.signature(QueuePool).parameters["max_overflow"].default
    rows = re.findall(r"^\| (\d+) \| [\d,]+ \| [\d.]+ GB \| (\d+) \|$", GUIDE.read_text(), re.M)

    assert len(rows) == 4
    assert [int(held) for _cores, held in rows] == [
        int(cores) * (config.SQLALCHEMY_POOL_SIZE + more) for cores, _held in rows
    ]


def test_the_connections_with_a_worker_are_those_of_the_program():
    more = inspect.signature(QueuePool).parameters["max_overflow"].default
    worker = config.MAIL_CONNECTIONS + len(TASK_GROUPS)  # a thread for each of them
    process = config.SQLALCHEMY_POOL_SIZE + more
    guide = " ".join(GUIDE.read_text().split())

    assert f"enough for 4 cores and a worker ({4 * process + worker})" in guide
    assert f"enough for 8 cores and a worker ({8 * process + worker})" in guide


@pytest.mark.parametrize("guide", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.name)
def test_rates_of_the_benchmarks_are_only_in_their_results(guide):
    results = (ROOT / "benchmarks" / "results.md").read_text()
    rates = set(re.findall(r"(?<![\d,.])(\d[\d,]{2,})(?: \w+)?/s", results))
    text = " ".join(guide.read_text().split())

    quoted = {rate for rate in rates if re.search(rf"\b{rate}(?: \w+)?(?:/s| a second)", text)}

    assert len(rates) > 20
    assert quoted == set()


def test_every_unit_that_is_named_exists():
    named = set(re.findall(r"campaign-actions-[a-z]+|campaign-actions\.target", GUIDE.read_text()))
    there = " ".join(path.name for path in (ROOT / "deploy" / "systemd").iterdir())

    assert named
    for name in named:
        assert name in there, name


def test_the_example_settings_need_no_shell():
    """systemd and Compose read these files, so nothing in them may need a shell."""
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
