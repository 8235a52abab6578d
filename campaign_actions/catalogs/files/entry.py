"""The entry of a catalog file for one message, and what can be wrong there, whatever the format."""

from dataclasses import dataclass

from campaign_actions.core.i18n.message import Forms, Issue

Key = tuple[str, str]  # context and source
MAX_FORMS = 20  # plural forms that are read of one entry


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    context: str
    source: str
    plural: str | None = None
    forms: Forms = ()  # () if there is no translation
    line: int = 0  # 0 if unknown
    is_fuzzy: bool = False  # marked as unfinished
    unit_id: str = ""  # of XLIFF: the key of a message; for plural form n, followed by ".n"

    @property
    def key(self) -> Key:
        return self.context, self.source


@dataclass(frozen=True, kw_only=True)
class FileIssue:
    """An issue of a file, and where it is. Without a source it concerns the file as a whole."""

    issue: Issue
    line: int | None = None
    context: str = ""
    source: str = ""


def entry_issue(entry: FileEntry, issue: Issue) -> FileIssue:
    return FileIssue(
        issue=issue, line=entry.line or None, context=entry.context, source=entry.source
    )
