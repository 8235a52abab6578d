"""The blocks that texts can have, apart from their parsers because the editor's forms need only the names."""

BLOCKS = ("points", "facts", "timeline", "partners", "steps")
ALIASES = {"demands": "points"}  # what the editor’s button for a block is called
NAMES = (*BLOCKS, *ALIASES)


def name_of(written: str) -> str:
    """The name that a line of colons begins a block with. Capital letters do not matter."""
    return written.strip(" \t").lower()
