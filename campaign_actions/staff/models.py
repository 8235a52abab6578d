"""Staff members, their roles, passkeys and sessions."""

from datetime import datetime
from typing import Any

from flask_security import AsaList, UserMixin, WebAuthnMixin
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.core.db.session import Base, BigId
from campaign_actions.staff.permissions import ROLES


class CommaList(AsaList):
    """Short texts in one column."""

    cache_ok = True


class StaffMember(Base, UserMixin):
    """Somebody who works here. Some names are Flask-Security's.

    Without a password the invitation was not accepted yet. A new `fs_uniquifier` ends all
    sessions and all links to log in or to reset.
    """

    __tablename__ = "staff_members"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    locale: Mapped[str] = mapped_column(String(20), default="en")  # of pages and mails
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
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)  # of the last code that was used
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(CommaList()))
    codes_blocked_until: Mapped[datetime | None]  # those of an app; see code_limit

    # Who gave the present roles alone, where one of them can be the second person: no key, since it is
    # only shown, and stays when they go. None: two people, a command, or before this was written down.
    roles_given_by: Mapped[int | None]

    wants_translation_mail: Mapped[bool] = mapped_column(default=True, server_default="1")
    translation_mail_at: Mapped[datetime | None]  # when the last one said what waits

    granted: Mapped[list["StaffRole"]] = relationship(cascade="all, delete-orphan")
    webauthn: Mapped[list["Passkey"]] = relationship(cascade="all, delete-orphan")  # type: ignore[assignment]
    languages: Mapped[list["StaffLanguage"]] = relationship(cascade="all, delete-orphan")


class StaffRole(Base):
    """A role of a staff member: everywhere, or limited to campaigns."""

    __tablename__ = "staff_roles"
    __table_args__ = (CheckConstraint(f"role in {tuple(ROLES)}", name="role"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    is_limited: Mapped[bool] = mapped_column(default=False)  # to those in `campaigns`, if any

    campaigns: Mapped[list["RoleCampaign"]] = relationship(cascade="all, delete-orphan")


class RoleCampaign(Base):
    """A campaign that a limited role is for."""

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
    """A language that a member translates and reviews; without any: all of them."""

    __tablename__ = "staff_languages"

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_members.id", ondelete="cascade"), primary_key=True, autoincrement=False
    )
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)


class DualControlSetting(Base):
    """When two people are needed: one row, or none where nobody has changed it."""

    __tablename__ = "dual_control_setting"
    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint("mode in ('auto', 'on', 'off')", name="mode"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mode: Mapped[str] = mapped_column(String(10))


class Passkey(Base, WebAuthnMixin):
    """A passkey or security key; the names are Flask-Security's."""

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

    def get_user_mapping(self) -> dict[str, Any]:
        return {"id": self.user_id}


class WrongCode(Base):
    """A wrong code of an authenticator app that somebody typed for an account; see `code_limit`."""

    __tablename__ = "staff_wrong_codes"
    __table_args__ = (Index("ix_staff_wrong_codes_staff_id_typed_at", "staff_id", "typed_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id", ondelete="cascade"))
    typed_at: Mapped[datetime]


class UsedChallenge(Base):
    """A challenge that a passkey has answered, so that the same answer is never taken twice."""

    __tablename__ = "staff_used_challenges"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime]


class StaffSession(Base):
    """A log-in that holds; without its row a cookie is worth nothing."""

    __tablename__ = "staff_sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # a hash of what the cookie holds
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # to the minute
    device: Mapped[str] = mapped_column(String(120), default="")  # like Firefox, Windows


class LoginFailures(Base):
    """How often somebody failed to log in to an account in one way, since the log was last told."""

    __tablename__ = "login_failures"
    __table_args__ = (CheckConstraint("failures > 0", name="failures"),)

    account: Mapped[str] = mapped_column(String(254), primary_key=True)  # "": nobody's address
    via: Mapped[str] = mapped_column(String(40), primary_key=True)
    failures: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
