"""Former slugs of campaigns and actions: an address that was public leads to the present page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, Select, delete, insert, select

from campaign_actions.campaigns.versioning.errors import SlugTaken
from campaign_actions.core.db.session import Base


@dataclass(frozen=True)
class FormerSlugs:
    """The former slugs of all campaigns, or of the actions of one campaign.

    `owner` names the column that says whose slug it was. `scope` lists the columns that all of them
    share, like `{"campaign_id": 7}`: a slug is unique within it.
    """

    table: type[Base]
    owner: str
    scope: Mapping[str, int] = field(default_factory=dict)

    def contain(self, connection: Connection, slug: str) -> bool:
        """Whether any owner had the slug while it was public."""
        return connection.scalar(self._select(slug)) is not None

    def refuse_other_owner(self, connection: Connection, slug: str, owner_id: int) -> None:
        """Raise SlugTaken if another owner had the slug.

        Call it after writing the slug: anyone who is leaving it at this moment has then committed.
        """
        of_others = self._select(slug).where(self.table.__table__.c[self.owner] != owner_id)
        if connection.scalar(of_others) is not None:
            raise SlugTaken

    def change(
        self, connection: Connection, owner_id: int, *, old: str, new: str, was_public: bool
    ) -> None:
        """Keep the old slug if the page was public, and take back the new one if it was its own.

        Raises SlugTaken if another owner had the new slug.
        """
        self.refuse_other_owner(connection, new, owner_id)
        connection.execute(delete(self.table).filter_by(slug=new, **self.scope))
        if was_public:
            row = {**self.scope, "slug": old, self.owner: owner_id}
            connection.execute(insert(self.table).values(row))

    def _select(self, slug: str) -> Select[str]:
        return select(self.table.__table__.c.slug).filter_by(slug=slug, **self.scope)
