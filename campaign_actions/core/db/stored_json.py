"""JSON in the database: written alike on every kind, and read whatever somebody has put there."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Text, cast, literal_column, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from campaign_actions.core.db.session import Json

INVALID_CHARACTERS = re.compile("[\0\ud800-\udfff]")  # no database takes them, and no page
MAX_DEPTH = 20  # of lists and objects within each other: what we write has three
MAX_INTEGER_BITS = 1024  # of a whole number: Python writes no longer ones than 4,300 digits


class StoredJson(TypeDecorator[Any]):
    """A column of JSON that can always be read.

    Whoever can write into the database can put in any JSON, also such that Python refuses to load
    (a number of 5,000 digits, 10,000 lists in each other). That comes back as the text it is.
    """

    impl = Json
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        """As text, so that no driver loads it before we do."""
        return type_coerce(cast(column, Text), self)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self.impl_instance.coerce_compared_value(op, value)

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Any]:
        return load_json


class JsonValue(FunctionElement[str]):
    """A value of an object as text, for conditions: also a number, and null where it has none by that name.

    Whatever the JSON is: SQLite fails for JSON that is more than 1,000 lists deep, PostgreSQL for a
    text that is asked for as a number.
    """

    type = Text()
    inherit_cache = True

    def __init__(self, value: Any, name: str) -> None:
        super().__init__(value, literal_column(f"'{name}'"))


@compiles(JsonValue, "sqlite")
def _value_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    value, name = (compiler.process(one, **options) for one in element.clauses)
    found = f"cast(json_extract({value}, '$.' || {name}) as text)"
    return f"case when json_valid({value}) then {found} end"


@compiles(JsonValue, "postgresql")
def _value_postgresql(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    value, name = (compiler.process(one, **options) for one in element.clauses)
    return f"({value} ->> {name})"


def load_json(text: str) -> Any:
    """The JSON in a text; the text itself where it is none that we can take in."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return replace_invalid(text)
    return replace_invalid(text) if _depth(value) > MAX_DEPTH else _cleaned(value)


def to_plain_json(value: Any) -> Any:
    """A value as every database gives it back, so that its hash is the same then.

    Raises TypeError for what one of them would change: floats (1e2 comes back as 100), huge
    numbers, keys that are no text, times and whatever else JSON has no form for; also for lists and
    objects that are too deep in each other.
    """
    if _depth(value) >= MAX_DEPTH:  # it will be within an object
        raise TypeError("This is too deep to be stored as JSON.")
    return _plain(value)


def to_text(value: Any) -> str:
    """What is left of a value that `to_plain_json()` refuses."""
    try:
        return replace_invalid(hex(value) if isinstance(value, int) else value)
    except Exception:  # a class of any library may refuse to be a text
        return f"({type(value).__name__})"


def replace_invalid(words: object) -> str:
    return INVALID_CHARACTERS.sub("\ufffd", str(words))


def find_value(value: Any, name: str) -> Any:
    """A value of an object; None where it has none by that name, or where it is no object."""
    return value.get(name) if isinstance(value, dict) else None


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and value.bit_length() <= MAX_INTEGER_BITS:
        return value
    if isinstance(value, str):
        return replace_invalid(value)
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {replace_invalid(key): _plain(part) for key, part in value.items()}
    raise TypeError(f"{type(value).__name__} cannot be stored as JSON.")


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return replace_invalid(value)
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    if isinstance(value, dict):
        return {replace_invalid(key): _cleaned(part) for key, part in value.items()}
    return value


def _depth(value: Any) -> int:
    """Of lists and objects within each other. Not by recursion: that is what it guards."""
    depth, level = -1, [value]
    while level:
        level = [part for one in level for part in _parts(one)]
        depth += 1
        if depth > MAX_DEPTH:
            break
    return depth


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()
