"""Headers arrive as they were written, in every language."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.policy import default

import pytest

from campaign_actions.core.mail.mime import MimeMessage, build_message

SUBJECTS = [
    "Confirm your signature: Prosecutors must not let racist attacks be written off as street brawls",
    "Подтвердите своё обещание: Я не промолчу, когда при мне унижают человека за его происхождение",
    "أكّدوا تعهّدكم: لن أصمت حين يُهان إنسان بسبب أصله أو لونه أو لهجته في الشارع أو في العمل",
    "Confirmez votre signature : La Douma d’État doit adopter une loi qui protège les femmes à temps",
    "Confirme su compromiso: Dieciséis días, cada día un acto contra la violencia hacia las mujeres",
    "A title that looks encoded: =?utf-8?q?no?=",
]
NAMES = [
    "Human Rights Resource Centre",
    "Rights, Inc.",
    "Центр прав человека «Ресурс» города Перми",
]


def message(subject: str, name: str) -> MimeMessage:
    return build_message(
        sender=Address(name, addr_spec="campaigns@example.org"),
        to="ann@example.net",
        locale="ru",
        subject=subject,
        text="Text",
        html="<p>Text</p>",
        message_id="<1@example.org>",
        now=datetime(2026, 11, 27, tzinfo=UTC),
    )


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_keeps_its_spaces_when_it_is_folded(subject):
    received = message_from_bytes(message(subject, NAMES[0]).wire, policy=default)

    assert received["Subject"] == subject


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_the_sender_keeps_its_spaces(name):
    received = message_from_bytes(message(SUBJECTS[0], name).wire)

    shown = str(make_header(decode_header(received["From"])))
    assert shown.replace('"', "") == f"{name} <campaigns@example.org>"


@pytest.mark.parametrize("subject", SUBJECTS)
def test_header_lines_are_short_and_begin_beside_their_names(subject):
    head = message(subject, NAMES[2]).wire.partition(b"Content-Language")[0]

    lines = head.split(b"\r\n")
    assert all(len(line) <= 78 for line in lines)
    assert not [line for line in lines if line.endswith(b":")]
