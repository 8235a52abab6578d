"""Templates choose how to show a field by the name of its class, so those names must exist."""

import re

from wtforms import Field

from campaign_actions.core.paths import TEMPLATES

COMPARED = re.compile(r"field\.type (?:==|!=|(?:not )?in) (\([^)]*\)|'\w+')")


def subclasses(kind: type) -> set[str]:
    return {kind.__name__}.union(*map(subclasses, kind.__subclasses__()))


def test_every_field_type_that_a_template_names_is_a_class(app):
    named = {
        name
        for file in TEMPLATES.rglob("*.html")
        for names in COMPARED.findall(file.read_text(encoding="utf-8"))
        for name in re.findall(r"\w+", names)
    }

    assert named - subclasses(Field) == set()
    assert {"KindField", "GoalField", "LongText"} <= named
