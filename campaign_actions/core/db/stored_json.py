"""JSON columns that can always be read, and that every database returns as they were written."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    SQLColumnExpression,
    Text,
    cast,
    literal_column,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from campaign_actions.core.db.session import Json, JsonValue

INVALID_CHARACTERS = re.compile("[\0\ud800-\udfff]")  # rejected by databases and in HTML
MAX_DEPTH = 20  # of nested lists and objects; we write three
MAX_INTEGER_BITS = 1024  # Python refuses to print more than 4,300 digits


class StoredJson(TypeDecorator[JsonValue]):
    """A JSON column that can always be read.

    Anyone with access to the database can store JSON that Python refuses to load (a number of 5,000
    digits, 10,000 nested lists). Such a value reads as its text.
    """

    impl = Json
    cache_ok = True

    def column_expression(self, column: ColumnElement[JsonValue]) -> ColumnElement[JsonValue]:
        """As text, so that drivers do not parse it."""
        return type_coerce(cast(column, Text), self)

    def coerce_compared_value(self, op: OperatorType | None, value: object) -> TypeEngine[Any]:
        return self.impl_instance.coerce_compared_value(op, value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str], JsonValue]:
        return load_json


class JsonMember(FunctionElement[str]):
    """A member of an object as text, for conditions; null if there is none.

    It never fails: SQLite would for JSON nested more than 1,000 levels deep, PostgreSQL for text that is
    compared as a number.
    """

    type = Text()
    inherit_cache = True

    def __init__(self, value: SQLColumnExpression[JsonValue], name: str) -> None:
        super().__init__(value, literal_column(f"'{name}'"))


@compiles(JsonMember, "sqlite")
def _value_sqlite(element: JsonMember, compiler: SQLCompiler, **options: Any) -> str:
    value, name = (compiler.process(one, **options) for one in element.clauses)
    found = f"cast(json_extract({value}, '$.' || {name}) as text)"
    return f"case when json_valid({value}) then {found} end"


@compiles(JsonMember, "postgresql")
def _value_postgresql(element: JsonMember, compiler: SQLCompiler, **options: Any) -> str:
    value, name = (compiler.process(one, **options) for one in element.clauses)
    return f"({value} ->> {name})"


def load_json(text: str) -> JsonValue:
    """Parse JSON; returns the text itself if Python cannot load it or it is nested too deeply."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return replace_invalid(text)
    return replace_invalid(text) if _depth(value) > MAX_DEPTH else _replace_invalid_in(value)


def to_plain_json(value: object) -> JsonValue:
    """A value in the form in which every database returns it, so that its hash stays the same.

    Raises TypeError for what a database could change or refuse: floats (1e2 comes back as 100), huge
    integers, keys that are not text, times and other types without a JSON form, deep nesting.
    """
    if _depth(value) >= MAX_DEPTH:  # it will be a member of an object
        raise TypeError("This is too deep to be stored as JSON.")
    return _plain(value)


def to_text(value: object) -> str:
    """The text to store for a value that `to_plain_json()` refuses."""
    try:
        return replace_invalid(hex(value) if isinstance(value, int) else value)
    except Exception:  # str() of any class may fail
        return f"({type(value).__name__})"


def replace_invalid(value: object) -> str:
    """Text, with U+FFFD in place of characters that databases reject."""
    return INVALID_CHARACTERS.sub("\ufffd", str(value))


def find_value(value: JsonValue, name: str) -> JsonValue:
    """A member of an object; None if there is none, or `value` is not an object."""
    return value.get(name) if isinstance(value, dict) else None


def _plain(value: object) -> JsonValue:
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


def _replace_invalid_in(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return replace_invalid(value)
    if isinstance(value, list):
        return [_replace_invalid_in(part) for part in value]
    if isinstance(value, dict):
        return {replace_invalid(key): _replace_invalid_in(part) for key, part in value.items()}
    return value


def _depth(value: object) -> int:
    """Levels of nested lists and objects; without the recursion that this protects."""
    depth, level = -1, [value]
    while level:
        level = [part for one in level for part in _parts(one)]
        depth += 1
        if depth > MAX_DEPTH:
            break
    return depth


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()
