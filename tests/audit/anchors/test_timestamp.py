"""Time stamps from a real service: only a valid one is accepted, within a time limit."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from campaign_actions.audit.anchors.settings import read_certificates
from campaign_actions.audit.anchors.timestamp import (
    TimestampFailed,
    read_digest,
    request_timestamp,
    verify_timestamp,
)

DATA = b"an anchor"


def test_a_time_stamp_can_be_requested_and_verified_later(service):
    certificates = read_certificates(service.authority.root)

    answer = request_timestamp(DATA, service.url, certificates)

    moment = verify_timestamp(answer, DATA, certificates)
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=5)
    assert service.asked == ["/tsr"]


def test_a_time_stamp_can_be_verified_with_openssl(service, tmp_path):
    certificates = read_certificates(service.authority.root)
    answer = request_timestamp(DATA, service.url, certificates)
    (tmp_path / "a.txt").write_bytes(DATA)
    (tmp_path / "a.tsr").write_bytes(answer)

    command = ["openssl", "ts", "-verify", "-data", "a.txt", "-in", "a.tsr", "-CAfile"]
    done = subprocess.run([*command, service.authority.root], cwd=tmp_path, capture_output=True)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("digest", "Mismatch between messages"),
        ("flipped", "cannot be trusted"),
        ("refused", "is not a time stamp|GRANTED"),
        ("html", "is not a time stamp"),
        ("empty", "is not a time stamp"),
        ("500", "the status 500"),
        ("huge", "too long"),
        ("redirect", "redirects to an address"),
        ("hang", "did not answer in time"),
        ("drip", "too long|not a time stamp|cannot be reached|in time"),
    ],
)
def test_a_wrong_response_is_refused_with_a_reason(service, mode, reason):
    service.mode = mode
    never_answers = mode in ("hang", "drip")
    timeouts = {"step_timeout": 0.5, "total_timeout": 1.0} if never_answers else {}

    with pytest.raises(TimestampFailed, match=reason):
        ask(service, **timeouts)

    assert service.asked == ["/tsr"], "nothing else was asked for"


def ask(service, certificates=None, **timeouts: float) -> bytes:
    certificates = certificates or read_certificates(service.authority.root)
    return request_timestamp(DATA, service.url, certificates, **timeouts)


def test_a_response_to_an_earlier_request_is_refused(service):
    service.mode = "replay"
    ask(service)

    with pytest.raises(TimestampFailed, match="Nonce"):
        ask(service)


def test_a_service_certified_by_another_authority_is_refused(service, other_authority):
    with pytest.raises(TimestampFailed, match="cannot be trusted"):
        ask(service, read_certificates(other_authority.root))


def test_an_unreachable_service_is_reported(service):
    with pytest.raises(TimestampFailed, match="cannot be reached"):
        request_timestamp(DATA, "http://127.0.0.1:9/", read_certificates(service.authority.root))


def test_a_time_stamp_is_valid_for_its_own_data_only(service):
    certificates = read_certificates(service.authority.root)
    answer = request_timestamp(DATA, service.url, certificates)

    with pytest.raises(TimestampFailed, match="Mismatch"):
        verify_timestamp(answer, b"another anchor", certificates)
    for broken in (b"", b"x" * 100, answer[:100]):
        with pytest.raises(TimestampFailed):
            read_digest(broken)
