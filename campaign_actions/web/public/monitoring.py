"""/metrics, in the text format of Prometheus, protected by a bearer token."""

import hmac
from pathlib import Path

import structlog
from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from campaign_actions.audit.anchors.health import AnchorHealth, anchor_health
from campaign_actions.audit.anchors.settings import anchor_settings
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.observability.multiprocess import collect
from campaign_actions.core.security.audit_key import own_audit_public_key
from campaign_actions.monitoring.prometheus import render_metrics
from campaign_actions.monitoring.queries import Load, find_load

log = structlog.get_logger()
bp = Blueprint("monitoring", __name__)


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Metrics of this server. A wrong token gets 401, so that setting up a scraper is easy."""
    token = current_app.config["METRICS_TOKEN"]
    if not token:
        abort(404)
    if not _has_token(token):
        challenge = {"WWW-Authenticate": "Bearer"}
        return Response("A token is required.\n", 401, challenge, mimetype="text/plain")
    folder = current_app.config["METRICS_FOLDER"]
    # Before _measure() takes a connection, which would change the figures of the pool.
    counted = list(collect(Path(folder) if folder else None, db.engine))
    return Response(
        render_metrics(counted, *_measure()), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


def _has_token(token: str) -> bool:
    """Compares in constant time."""
    scheme, _space, sent = request.headers.get("Authorization", "").partition(" ")
    is_same = hmac.compare_digest(sent.strip().encode(), token.encode())
    return is_same and scheme.lower() == "bearer"


def _measure() -> tuple[Load, AnchorHealth] | tuple[None, None]:
    """Figures from the database, if it is available."""
    now, settings = utc_now(), anchor_settings()
    try:
        anchors = anchor_health(now, settings=settings, public_key=own_audit_public_key())
        return find_load(now), anchors
    except SQLAlchemyError as error:
        log.error("database_unavailable", kind=type(getattr(error, "orig", error)).__name__)
        return None, None
