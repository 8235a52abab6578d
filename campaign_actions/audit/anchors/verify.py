"""Checks the chain against its anchors: local ones, and copies kept elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from sqlalchemy import select

from campaign_actions.audit.anchors.document import TIME, Anchor, BadAnchor, find_anchors
from campaign_actions.audit.anchors.settings import AnchorSettings
from campaign_actions.audit.anchors.timestamp import (
    MAX_STAMP_DELAY,
    MIN_STAMP_DELAY,
    TimestampFailed,
    read_digest,
    verify_timestamp,
)
from campaign_actions.audit.models import AuditAnchor
from campaign_actions.audit.verify import ChainReport
from campaign_actions.core.db.session import db

STAMP_SUFFIX = ".tsr"


@dataclass(frozen=True)
class AnchorCopy:
    """An anchor, or what should be one, and where it was found."""

    source: str
    anchor: Anchor | BadAnchor
    is_given: bool = False  # by the person who checks; else found locally


@dataclass(frozen=True)
class Verdict:
    """The result for an anchor or a time stamp. `problem`: "" if it is valid."""

    source: str
    about: str
    problem: str = ""
    entry: int | None = None  # the anchored entry, if the signature is ours
    is_given: bool = False


def own_copies(settings: AnchorSettings) -> list[AnchorCopy]:
    """Anchors in the local file, in the file of the settings if readable, and in the database."""
    files = [file for file in (settings.local_file, settings.file) if file and _is_readable(file)]
    copies = [copy for file in files for copy in read_copies(file)]
    texts = db.session.scalars(select(AuditAnchor.text).order_by(AuditAnchor.id)).all()
    db.session.commit()
    for text in texts:
        copies += _copies("the database", text.encode())
    return copies


def read_copies(file: Path, *, is_given: bool = False) -> list[AnchorCopy]:
    """The anchors in a file: text or a saved email. Raises OSError."""
    return _copies(str(file), file.read_bytes(), is_given=is_given)


def own_stamps(settings: AnchorSettings) -> list[Path]:
    return sorted(settings.folder.glob(f"*{STAMP_SUFFIX}"))


def check_anchors(
    copies: Iterable[AnchorCopy], chain: ChainReport, public_keys: Sequence[str]
) -> list[Verdict]:
    """Verdicts, oldest anchor first: one for each anchor found locally, and one for each copy given."""
    verdicts: dict[object, Verdict] = {}
    for copy in copies:
        key = (copy.source, id(copy)) if copy.is_given else repr(copy.anchor)
        if key not in verdicts:
            verdicts[key] = _check(copy, chain, public_keys)
    return sorted(verdicts.values(), key=lambda verdict: verdict.about)


def check_stamps(
    stamps: Iterable[Path], copies: Iterable[AnchorCopy], certificates: Sequence[x509.Certificate]
) -> Iterator[Verdict]:
    """Whether each time stamp is valid and covers one of the anchors."""
    anchors = {
        copy.anchor.digest: copy.anchor for copy in copies if isinstance(copy.anchor, Anchor)
    }
    for file in stamps:
        try:
            answer = file.read_bytes()
            anchor = anchors.get(read_digest(answer))
            if anchor is None:
                yield Verdict(str(file), "Time stamp", "its anchor was not found")
                continue
            moment = verify_timestamp(answer, anchor.text.encode(), certificates)
        except (TimestampFailed, OSError) as error:
            yield Verdict(str(file), "Time stamp", str(error))
        else:
            about = f"Anchor of {_time(anchor)}, stamped at {moment:{TIME}}"
            yield Verdict(str(file), about, _find_contradiction(anchor, moment))


def find_first_difference(verdicts: Sequence[Verdict]) -> tuple[int, int] | None:
    """The range of entries that includes the first difference; None if all anchors match."""
    wrong = [verdict.entry for verdict in verdicts if verdict.problem and verdict.entry]
    if not wrong:
        return None
    right = [v.entry for v in verdicts if not v.problem and v.entry and v.entry < min(wrong)]
    return max(right, default=0) + 1, min(wrong)


def _check(copy: AnchorCopy, chain: ChainReport, public_keys: Sequence[str]) -> Verdict:
    anchor = copy.anchor
    if isinstance(anchor, BadAnchor):
        return Verdict(copy.source, "Anchor", str(anchor), is_given=copy.is_given)
    about = f"Anchor of {_time(anchor)}, entry {anchor.entry}"
    if problem := _find_forgery(anchor, public_keys):
        return Verdict(copy.source, about, problem, is_given=copy.is_given)
    return Verdict(copy.source, about, _find_difference(anchor, chain), anchor.entry, copy.is_given)


def _find_forgery(anchor: Anchor, public_keys: Sequence[str]) -> str:
    if not anchor.is_signature_valid:
        return "its signature is not valid, so its text was changed"
    if anchor.public_key not in public_keys:
        return f"it is signed with another key ({anchor.public_key})"
    return ""


def _find_difference(anchor: Anchor, chain: ChainReport) -> str:
    if anchor.entry not in chain.found:
        end = f"; it ends with entry {chain.last}" if chain.last < anchor.entry else ""
        return f"the log does not contain this entry{end}"
    hash_, place = chain.found[anchor.entry]
    if hash_ != anchor.hash:
        return "the log has a different entry there or before it"
    if place != anchor.entries:
        return f"the log has {place} entries up to this one, but it had {anchor.entries}"
    return ""


def _find_contradiction(anchor: Anchor, moment: datetime) -> str:
    """A leaked key could sign any time; the service says when it really saw the anchor."""
    if MIN_STAMP_DELAY <= moment - anchor.made_at <= MAX_STAMP_DELAY:
        return ""
    return "the two times are too far apart, so one of them is wrong"


def _copies(source: str, data: bytes, *, is_given: bool = False) -> list[AnchorCopy]:
    return [AnchorCopy(source, anchor, is_given) for anchor in find_anchors(data)]


def _is_readable(file: Path) -> bool:
    try:
        with file.open("rb"):
            return True
    except OSError:
        return False


def _time(anchor: Anchor) -> str:
    return f"{anchor.made_at:{TIME}}"
