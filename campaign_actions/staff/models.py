"""Staff members, their roles, passkeys and sessions."""

from datetime import datetime
from typing import Literal

from flask_security import AsaList, UserMixin, WebAuthnMixin
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    and_,
    false,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.core.db.session import Base, BigId
from campaign_actions.staff.permissions import ROLES


class CommaList(AsaList):
    """Short strings in one column, separated by commas."""

    cache_ok = True


class StaffMember(Base, UserMixin):
    """Someone with an account. Some attribute names are Flask-Security's.

    Without a password, the invitation has not been accepted. A new `fs_uniquifier` ends all sessions,
    pending log-ins and links.
    """

    __tablename__ = "staff_members"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    locale: Mapped[str] = mapped_column(String(20), default="en")  # of pages and emails
    timezone: Mapped[str] = mapped_column(
        String(64), default="", server_default=""
    )  # "": the organisation's
    active: Mapped[bool] = mapped_column(default=True)
    invited_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    password: Mapped[str | None] = mapped_column(String(255))
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        String(64), unique=True
    )
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)  # of the last code used
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(CommaList()))
    codes_blocked_until: Mapped[datetime | None]  # authenticator codes; see wrong_code_limit

    # The member who alone gave roles that include rights to approve. Not a foreign key: it is only shown,
    # and stays when that member goes. None: two people, a command, or given before this was recorded.
    roles_given_by: Mapped[int | None]

    # The language last chosen beside the first one in the editor. "": none yet.
    second_locale: Mapped[str] = mapped_column(String(20), default="", server_default="")

    # First steps about their own account that they do not want now, with spaces between.
    left_out_steps: Mapped[str] = mapped_column(Text, default="", server_default="")

    wants_translation_mail: Mapped[bool] = mapped_column(default=True, server_default="1")
    translation_mail_at: Mapped[datetime | None]  # when the last one was sent
    wants_cluster_mail: Mapped[bool] = mapped_column(default=False, server_default="0")

    granted: Mapped[list["StaffRole"]] = relationship(cascade="all, delete-orphan")
    webauthn: Mapped[list["Passkey"]] = relationship(cascade="all, delete-orphan")  # type: ignore[assignment]
    languages: Mapped[list["StaffLanguage"]] = relationship(cascade="all, delete-orphan")

    @property
    def state(self) -> Literal["invited", "joined", "disabled"]:
        if not self.active:
            return "disabled"
        return "joined" if self.can_log_in else "invited"

    @hybrid_property
    def can_log_in(self) -> bool:
        """Whether they have joined and are not disabled; in queries, the condition for it."""
        return self.active and self.password is not None

    @can_log_in.inplace.expression
    @classmethod
    def _can_log_in(cls) -> ColumnElement[bool]:
        return and_(cls.active, cls.password.is_not(None))


class StaffRole(Base):
    """A role of a member, in all campaigns or limited to some."""

    __tablename__ = "staff_roles"
    __table_args__ = (CheckConstraint(f"role in {tuple(ROLES)}", name="role"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    is_limited: Mapped[bool] = mapped_column(default=False)  # to `campaigns`

    campaigns: Mapped[list["RoleCampaign"]] = relationship(cascade="all, delete-orphan")


class RoleCampaign(Base):
    """A campaign that a limited role covers."""

    __tablename__ = "staff_role_campaigns"
    __table_args__ = (
        ForeignKeyConstraint(["staff_id", "role"], ["staff_roles.staff_id", "staff_roles.role"]),
    )

    staff_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns.id"), primary_key=True, autoincrement=False
    )


class StaffLanguage(Base):
    """A language a member is limited to; a member without any works in all."""

    __tablename__ = "staff_languages"

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_members.id", ondelete="cascade"), primary_key=True, autoincrement=False
    )
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)


class DualControlSetting(Base):
    """When two people are needed: one row, or none while nobody has changed it."""

    __tablename__ = "dual_control_setting"
    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint("mode in ('auto', 'on', 'off')", name="mode"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mode: Mapped[str] = mapped_column(String(10))
    # Whether sending an update needs a second person as well, while two are needed.
    for_updates: Mapped[bool] = mapped_column(default=False, server_default=false())


class Passkey(Base, WebAuthnMixin):
    """A passkey or security key. The attribute names are Flask-Security's."""

    __tablename__ = "staff_passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(CommaList()))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime]
    lastuse_datetime: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))

    user: Mapped[StaffMember] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, int]:
        return {"id": self.user_id}


class WrongCode(Base):
    """A wrong authenticator code typed for an account; see `wrong_code_limit`."""

    __tablename__ = "staff_wrong_codes"
    __table_args__ = (Index("ix_staff_wrong_codes_staff_id_typed_at", "staff_id", "typed_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id", ondelete="cascade"))
    typed_at: Mapped[datetime]


class StaffSession(Base):
    """A session. Without its row, a cookie is worthless."""

    __tablename__ = "staff_sessions"

    id: Mapped[str] = mapped_column(
        String(64), primary_key=True
    )  # a hash of the secret in the cookie
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # to the minute
    device: Mapped[str] = mapped_column(String(120), default="")  # like Firefox, Windows


class LoginFailures(Base):
    """Failed log-ins to an account by one method, since they were last reported to the audit log."""

    __tablename__ = "login_failures"
    __table_args__ = (CheckConstraint("failures > 0", name="failures"),)

    account: Mapped[str] = mapped_column(String(254), primary_key=True)  # "": an unknown address
    via: Mapped[str] = mapped_column(String(40), primary_key=True)
    failures: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
