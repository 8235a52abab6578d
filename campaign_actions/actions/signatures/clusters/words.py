"""Clusters in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class ClusterWords:
    """`reason`: why it was proposed, and what else it may be."""

    title: LazyString
    reason: LazyString


# By rule and, if it is about the filling time, by one of FILL_TIMES.
WORDS: Mapping[tuple[str, str], ClusterWords] = {
    ("text", ""): ClusterWords(
        _l("The same comment from many people"),
        _l("Comments have exactly the same text, much more often than before."),
    ),
    ("domain", ""): ClusterWords(
        _l("Many email addresses with one domain"),
        _l(
            "Email addresses end with this domain, much more often than before. It may also be one"
            " organisation that takes part together."
        ),
    ),
    ("source", "fast"): ClusterWords(
        _l("Forms from one channel, filled in within seconds"),
        _l("With this channel, forms are filled in within seconds much more often than others."),
    ),
    ("source", "slow"): ClusterWords(
        _l("Forms from one channel, sent long after their page was opened"),
        _l(
            "With this channel, forms are sent long after their page was opened, much more often than others."
            " A program may have sent one page again and again."
        ),
    ),
    ("minute", "fast"): ClusterWords(
        _l("Many forms filled in within seconds"),
        _l("In these minutes, forms were filled in within seconds much more often than before."),
    ),
    ("minute", "slow"): ClusterWords(
        _l("Many forms sent long after their page was opened"),
        _l(
            "In these minutes, forms were sent long after their page was opened, much more often than before."
            " A program may have sent one page again and again."
        ),
    ),
    ("burst", ""): ClusterWords(
        _l("Very many people in a minute, without a channel"),
        _l(
            "Many more people than before came without following a shared link. A broadcast or an article"
            " may also have brought them."
        ),
    ),
}


def words_of(rule: str, fill_time: str) -> ClusterWords:
    return WORDS[rule, fill_time]
