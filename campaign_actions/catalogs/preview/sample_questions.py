"""Questions of the sample campaign: one of each type, and for each who can get the answers."""

from campaign_actions.actions.questions.asked import (
    BIRTH_YEAR,
    CHOICE,
    PHONE,
    POSTCODE,
    TEXT,
    AskedQuestion,
    Choice,
)

LABEL = "…"
PLAIN = AskedQuestion(
    key="qsample",
    type=TEXT,
    label=LABEL,
    help="",
    is_required=True,
    purpose="team",
    keep_days=0,
    country="",
    min_age=0,
    is_off=False,
    choices=(),
)
CHOICES = (Choice("choice_1", LABEL), Choice("choice_2", LABEL))


def _like_plain(key: str, question_type: str, **settings: object) -> AskedQuestion:
    return AskedQuestion(**vars(PLAIN) | {"key": key, "type": question_type} | settings)


SAMPLE_QUESTIONS = (
    PLAIN,
    _like_plain("qsampla", CHOICE, purpose="handover", choices=CHOICES),
    _like_plain("qsamplb", PHONE, purpose="crm", keep_days=30),
    _like_plain("qsamplc", POSTCODE, country="DE"),
    _like_plain("qsampld", POSTCODE, country="AE"),
    _like_plain("qsamplf", BIRTH_YEAR, min_age=16),
    _like_plain("qsamplg", BIRTH_YEAR),
)
WRONG_ANSWERS = {
    "qsample": "",
    "qsampla": "choice_9",
    "qsamplb": "…",
    "qsamplc": "…",
    "qsampld": "…",
    "qsamplf": "2025",
    "qsamplg": "…",
}
