"""All addresses below /staff/, and who may open them by the list that is kept by hand."""

from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

KNOWN = Path(__file__).with_name("permissions.txt")
SAFE = {"HEAD", "OPTIONS"}


def staff_rules(app: Flask) -> list[tuple[Rule, str]]:
    """Each address below /staff/ with each method."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/staff")]
    pairs = [(rule, method) for rule in rules for method in sorted(rule.methods - SAFE)]
    return sorted(pairs, key=lambda pair: (pair[0].rule, pair[1]))


def permissions() -> dict[str, str]:
    """`address method` -> the permission; followed by ` everywhere` if it is needed in all campaigns.

    `staff`: everyone who is logged in; `anybody`; `token`: anyone with a link, without an account.
    """
    lines = [line.split(" ", 2) for line in KNOWN.read_text().splitlines()]
    return {f"{address} {method}": needed for address, method, needed in lines}


def name_of(rule: Rule, method: str) -> str:
    return f"{rule.rule} {method}"
