"""Signatures a second, beside what PostgreSQL alone does with the same inserts."""

import re
import urllib.request
from pathlib import Path

from benchmarks.stand import ACTION, Postgres, middle, wrk
from tests.running import serving

CLIENTS = 64
SECONDS = 8
ROUNDS = 3
INSERTS = """\
\\set n random(1, 1000000000000)
begin;
insert into signatures (public_id, action_id, status, email, email_key, given_name, family_name,
 country_code, locale, show_name, wants_updates, answers, consent_version, channel, signed_at,
 updated_at, due_at)
values (substr(md5(:n::text), 1, 26), {action}, 'pending', 'bench-' || :n || '@example.org',
 md5(:n::text) || '00000000', 'Ada', 'Lovelace', 'RU', 'en', false, false, '{}', 1, 'page', now(),
 now(), now() + interval '2 days')
on conflict (email_key, action_id) do update set status = 'pending'
where signatures.status = 'withdrawn';
insert into outbox_mails (template, recipient, email_key, locale, about, status, queued_at, due_at,
 is_held, attempts)
values ('sign', 'bench-' || :n || '@example.org', md5(:n::text) || '00000000', 'en', {action}, 'queued',
 now(), now(), false, 0);
commit;
"""
POSTS = """\
local n = 0
local seed = os.time() %% 100000
request = function()
  n = n + 1
  local body = "%(hidden)s&given_name=Ada&family_name=Lovelace&country=RU&email=bench-"
    .. seed .. "-" .. n .. "%%40example.org"
  return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded"}, body)
end
"""


def signing(postgres: Postgres, env: dict[str, str], folder: Path) -> list[tuple[str, str, str]]:
    inserts = folder / "inserts.sql"
    inserts.write_text(INSERTS.replace("{action}", str(postgres.action_id())))
    peers, ours, waits = [], [], []
    with serving(env, "--no-outbox") as server:
        address = server.address
        script = posts(address, folder)
        for _ in range(ROUNDS):
            peers.append(postgres.pgbench(inserts, clients=CLIENTS, seconds=SECONDS))
            result = wrk(address + ACTION, clients=CLIENTS, seconds=SECONDS, script=script)
            ours.append(result["rate"])
            waits.append(result["p99"])
    return [
        ("pgbench, the same two inserts, 64 clients", f"{middle(peers):,.0f}/s", "the limit"),
        (
            "signatures accepted (POST, 64 clients)",
            f"{middle(ours):,.0f}/s",
            f"{middle(ours) / middle(peers):.2f} of pgbench, p99 {middle(waits):.0f} ms",
        ),
    ]


def posts(address: str, folder: Path) -> Path:
    """A wrk script that posts as a page's reader would, each time another person."""
    with urllib.request.urlopen(address + ACTION) as answer:
        page = answer.read().decode()
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    fields = {
        re.search(r'name="([^"]*)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1]
        for tag in hidden
    }
    script = folder / "posts.lua"
    script.write_text(POSTS % {"hidden": "&".join(f"{k}={v}" for k, v in fields.items())})
    return script
