"""The shipped nginx in front of the real server: what it forwards, caches, hides and logs."""

import gzip
import re
import shlex
import socket
import ssl
import subprocess

import pytest

from tests.support.proxy import (
    CDN,
    SHIPPED,
    WITHOUT_IPV6,
    error_page,
    free_ports,
    has_ipv6,
    proxying,
)
from tests.support.proxy_client import OTHER_PETITION, PETITION, ask, ask_plain, sign
from tests.support.servers import free_port, serving, until

pytestmark = pytest.mark.slow  # it starts nginx and the server

PRIVATE = [
    "/en/confirm/a-secret-token/",
    "/en/unsubscribe/a-secret-token",
    "/en/my/a-secret-token/?next=/en/",
    "/staff/reset/a-secret-token",
    "/a-secret-token",
    "/a-secret-token/en/",
    "//a-secret-token/",
    "/en/%63onfirm/a-secret-token/",
    "/en/?email=ada@example.org",
]


def test_a_page_is_served_over_tls(proxy):
    answer = ask(proxy, PETITION)

    assert answer.status == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    assert answer.headers["server"] == "nginx"


def test_plain_http_redirects_to_https(proxy):
    answer = ask_plain(proxy, "/ru/?source=leaflet")

    assert answer.status == 308
    assert answer.headers["location"] == "https://localhost/ru/?source=leaflet"


def test_a_signature_is_forwarded(proxy):
    answer = sign(proxy, email="ada@example.org", Origin=proxy.address)

    assert answer.status == 303
    assert answer.headers["location"] == f"{PETITION}thanks/"


def test_a_post_from_another_site_is_refused(proxy):
    answer = sign(proxy, email="eve@example.org", **{"Sec-Fetch-Site": "cross-site"})

    assert answer.status == 403


@pytest.mark.parametrize("spelling", ["X-Forwarded-For", "X_Forwarded_For", "Forwarded"])
def test_a_forged_address_does_not_evade_the_limit(proxy, spelling):
    statuses = [
        sign(
            proxy,
            OTHER_PETITION,
            email=f"{spelling}{number}@example.org",
            **{spelling: f"198.51.100.{number}"},
        ).status
        for number in range(4)
    ]

    assert statuses[-1] == 429


def test_behind_a_cdn_limits_apply_to_the_visitor_and_not_the_cdn(proxy_behind_cdn):
    """The CDN appends the visitor's address to whatever the visitor sent."""

    def statuses(visitor: str) -> list[int]:
        return [
            sign(
                proxy_behind_cdn,
                email=f"{visitor}.{number}@example.org",
                by=CDN,
                **{"X-Forwarded-For": f"203.0.113.{number}, {visitor}"},
            ).status
            for number in range(4)
        ]

    assert statuses("198.51.100.1") == [303, 303, 303, 429]
    assert statuses("198.51.100.2") == [303, 303, 303, 429]


def test_a_visitor_who_bypasses_the_cdn_cannot_choose_an_address(proxy_behind_cdn):
    statuses = [
        sign(
            proxy_behind_cdn,
            email=f"past{number}@example.org",
            by="127.0.0.3",
            **{"X-Forwarded-For": f"203.0.113.{number}"},
        ).status
        for number in range(4)
    ]

    assert statuses == [303, 303, 303, 429]


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")
def test_a_page_is_served_over_ipv6(proxy):
    answer = ask(proxy, PETITION, to="::1", headers={"Host": "localhost"})

    assert answer.status == 200


def test_the_command_for_machines_without_ipv6_keeps_the_rest(tmp_path):
    own = tmp_path / "nginx.conf"
    own.write_text((SHIPPED / "nginx.conf").read_text())

    subprocess.run([*WITHOUT_IPV6, own], check=True)

    assert re.findall(r"^ *listen (\S+)", own.read_text(), re.M) == ["80", "443"]
    assert shlex.join(WITHOUT_IPV6) in (SHIPPED / "nginx.conf").read_text()


def test_a_public_page_is_cached_whatever_its_query(proxy):
    until(lambda: ask(proxy, "/en/").status == 200)

    for number in range(20):
        ask(proxy, f"/en/?utm_source={number}")

    until(lambda: [line["page"] for line in proxy.log()].count("/en/") >= 20)
    asked = [line["cache"] for line in proxy.log() if line["page"] == "/en/"]
    assert asked.count("HIT") + asked.count("STALE") + asked.count("UPDATING") >= 10


def test_the_redirect_to_a_language_differs_between_visitors(proxy):
    places = [
        ask(proxy, "/", headers={"Accept-Language": tag}).headers["location"]
        for tag in ("en", "ru", "en")
    ]

    assert places == ["/en/", "/ru/", "/en/"]


def test_static_files_are_compressed_and_immutable(proxy):
    page = ask(proxy, PETITION).text
    sheet = re.search(r'rel="stylesheet" href="([^"]+)"', page)[1]

    packed = ask(proxy, sheet, headers={"Accept-Encoding": "gzip, deflate, br"})
    plain = ask(proxy, sheet)

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed.body) == plain.body
    assert "immutable" in packed.headers["cache-control"]


def test_a_page_is_compressed_for_clients_that_accept_it(proxy):
    packed = ask(proxy, PETITION, headers={"Accept-Encoding": "gzip"})
    plain = ask(proxy, PETITION)

    assert packed.headers["content-encoding"] == "gzip"
    assert b"<html" in gzip.decompress(packed.body)
    assert b"<html" in plain.body


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "//metrics", "/%6detrics", "/readyz"])
def test_internal_addresses_are_not_available_from_outside(proxy, path):
    answer = ask(proxy, path)

    assert (answer.status, answer.headers["server"]) == (404, "nginx")
    assert b"<center>nginx</center>" in answer.body  # nginx's own page: the app was not asked


def test_the_health_check_is_available_from_outside(proxy):
    assert ask(proxy, "/healthz").text == "ok\n"


def test_the_largest_form_is_forwarded_and_a_larger_one_gets_an_error_page(proxy):
    largest = ask(proxy, PETITION, method="POST", body=b"a=" + b"b" * (64 * 1024 - 2))
    larger = ask(proxy, PETITION, method="POST", body=b"a=" + b"b" * (64 * 1024 - 1))

    assert largest.status == 400
    assert larger.status == 413
    assert larger.body == error_page("en", "too-large")


@pytest.mark.parametrize(
    "address", ["/staff/campaigns/1/appearance/", "/staff/campaigns/123/appearance/"]
)
def test_a_picture_is_forwarded_only_where_staff_upload_it(proxy, device, address):
    """Nobody is logged in here, so the app refuses, which shows that it was asked."""
    large = b"a=" + b"b" * (10 * 1024 * 1024)

    sent = ask(proxy, address, method="POST", body=large, headers=device)
    too_large = ask(proxy, address, method="POST", body=large * 2)
    elsewhere = [
        ask(proxy, path, method="POST", body=large).status
        for path in (PETITION, f"{address}remove/", f"{address}x", "/staff/campaigns/x/appearance/")
    ]

    assert sent.headers.get("x-frame-options") == "DENY", "the app's own answer"
    assert sent.status in {400, 413}
    assert too_large.status == 413
    assert too_large.body == error_page("en", "too-large-file")
    assert elsewhere == [413] * 4


def test_the_texts_of_a_campaign_are_forwarded_only_where_staff_edit_them(proxy, device):
    """The proxy refuses a little over two megabytes; nobody is logged in, so the app refuses less."""
    texts = b"a=" + b"b" * (300 * 1024)

    sent = ask(proxy, "/staff/campaigns/1/edit/", method="POST", body=texts, headers=device)
    too_large = ask(proxy, "/staff/campaigns/1/edit/", method="POST", body=texts * 8)
    elsewhere = ask(proxy, PETITION, method="POST", body=texts)

    assert sent.headers.get("x-frame-options") == "DENY", "the app's own answer"
    assert too_large.body == error_page("en", "too-large")
    assert (too_large.status, elsewhere.status) == (413, 413)


def test_a_large_upload_while_the_app_is_down_gets_an_error_page(nginx):
    large = b"a=" + b"b" * (10 * 1024 * 1024)

    with proxying(f"http://127.0.0.1:{free_port()}", free_ports()) as proxy:
        answer = ask(proxy, "/staff/campaigns/1/appearance/", method="POST", body=large)

    assert answer.status == 503
    assert answer.body == error_page("en", "unavailable")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("staff_exports_make.download", {"campaign_id": 12}),
        ("staff_exports_make.download_approved", {"campaign_id": 12, "request_id": 345}),
        ("staff_exports.download_changes", {"export_id": 345}),
    ],
)
def test_a_spreadsheet_has_enough_time_to_be_made(app, endpoint, values):
    """nginx waits longer for the first byte there than anywhere else."""
    shipped = (SHIPPED / "nginx.conf").read_text()
    places = re.findall(r"location ~ (\S+) \{[^}]*proxy_read_timeout 600s;", shipped)
    adapter = app.url_map.bind("localhost")

    address = adapter.build(endpoint, values)

    assert [place for place in places if re.search(place, address)] == places != []


def test_the_log_contains_no_token_no_query_and_no_address(proxy):
    ask(proxy, "/en/")  # this may be the first test that this proxy sees
    before = len(proxy.log())
    for path in PRIVATE:
        ask(proxy, path, headers={"Referer": f"{proxy.address}/en/withdraw/a-secret-token/"})

    until(lambda: len(proxy.log()) >= before + len(PRIVATE))

    written = proxy.raw_log() + proxy.errors
    assert "/en/confirm/…" in written
    for private in ("a-secret-token", "ada@example.org", "127.0.0.1", "::1"):
        assert private not in written


def test_without_the_app_visitors_get_an_error_page_and_nothing_private_is_logged(nginx):
    with proxying(f"127.0.0.1:{free_port()}", free_ports()) as proxy:
        answer = ask(proxy, "/en/confirm/a-secret-token/")
        sent = ask(proxy, PETITION, method="POST", body=b"given_name=Ada")

        until(lambda: [line["app_status"] for line in proxy.log()] == ["502", "502"])
        written = proxy.raw_log() + proxy.errors

    assert (answer.status, sent.status) == (503, 503)
    assert answer.body == sent.body == error_page("en", "unavailable")
    assert answer.headers["retry-after"] == "10"
    assert answer.headers["cache-control"] == "no-store"
    assert "a-secret-token" not in written
    assert "client: 127.0.0.1" not in written


def test_during_a_restart_readers_get_the_cached_page_and_signers_an_error(environment):
    port = free_port()
    with proxying(f"127.0.0.1:{port}", free_ports()) as proxy:
        with serving(environment, "--no-outbox", port=port):
            before = ask(proxy, PETITION)
        read, sent = ask(proxy, PETITION), ask(proxy, PETITION, method="POST", body=b"a=b")
        with serving(environment, "--no-outbox", port=port):
            signed = sign(proxy, email="ada@example.org")

    assert (before.status, read.status, sent.status) == (200, 200, 503)
    assert read.body == before.body
    assert signed.status == 303


def test_the_site_of_the_containers_differs_only_in_its_paths():
    place = re.compile(r"/\S+|\S+:8000( resolve)?|#.*|^resolver .*")
    own, containers = (
        [re.sub(place, "", line).strip() for line in (SHIPPED / name).read_text().splitlines()]
        for name in ("campaign-actions/site.conf", "compose-site.conf")
    )

    assert [line for line in own if line] == [line for line in containers if line]


def test_the_nginx_container_finds_the_app_when_its_address_changes():
    site = (SHIPPED / "compose-site.conf").read_text()
    image = re.search(r"image: nginx:([\d.]+)", (SHIPPED.parent / "compose.yaml").read_text())[1]

    assert re.search(r"^resolver 127\.0\.0\.11 ", site, re.M)
    assert "server app:8000 resolve;" in site
    assert tuple(map(int, image.split("."))) >= (1, 28)  # `resolve` was added in 1.27.3


def test_tls_versions_older_than_1_2_are_refused(proxy):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match=r"TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1

    with (
        socket.create_connection(("127.0.0.1", proxy.ports.secure)) as connection,
        pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"),
    ):
        old.wrap_socket(connection)


def test_http_2_is_available(proxy):
    proxy.trust.set_alpn_protocols(["h2", "http/1.1"])

    with (
        socket.create_connection(("localhost", proxy.ports.secure)) as plain,
        proxy.trust.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        assert connection.selected_alpn_protocol() == "h2"
    proxy.trust.set_alpn_protocols(["http/1.1"])
