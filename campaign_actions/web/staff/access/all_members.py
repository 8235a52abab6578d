"""All members of staff, read once for each page: several of its parts need them."""

from collections.abc import Sequence

from flask import g

from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import members


def all_members() -> Sequence[StaffMember]:
    """In order of their addresses, as they were when the page first asked."""
    if "all_members" not in g:
        g.all_members = members()
    found: Sequence[StaffMember] = g.all_members
    return found
