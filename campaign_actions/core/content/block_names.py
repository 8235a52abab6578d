"""The blocks that texts can have, apart from their parsers because the editor's forms need only the names."""

BLOCKS = ("points", "facts", "timeline", "partners", "steps")
