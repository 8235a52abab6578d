"""The texts that a campaigner types for a campaign in two languages, by field label."""

SLUG, DEMAND = "right-to-assembly", "end-the-bans"
PAGES = tuple(
    f"/{tag}/campaigns/{SLUG}/{rest}"
    for tag in ("en", "ru")
    for rest in ("", f"{DEMAND}/", f"{DEMAND}/count.json", f"{DEMAND}/thanks/")
)
LISTS = ("/en/", "/ru/", "/sitemap.xml")
CAMPAIGN = {
    "en": {
        "Topic": "Freedom of assembly",
        "Headline": "Everyone may meet in peace",
        "Summary": "Since March every meeting in the square was banned.",
        "Page text": "## Why it matters\n\nPeople who meet in peace are fined.",
    },
    "ru": {
        "Topic": "Свобода собраний",
        "Headline": "Собираться мирно может каждый",
        "Summary": "С марта на площади запрещены все собрания.",
        "Page text": "## Почему это важно\n\nЛюдей штрафуют за мирные собрания.",
    },
}
ACTION = {
    "en": {
        "Demand": "End the bans on peaceful meetings",
        "Addressee": "Petition to the city council",
        "Summary": "The council can lift the bans at its next sitting.",
        "Teaser": "Ask the council to lift the bans.",
        "Button text": "Sign the petition",
        "Why it matters": "## Why it matters\n\nWho may not meet cannot speak.",
        "Background": "## What we ask for\n\n::: points\n1. **Lift** the bans.\n:::",
        "Thank-you message": "We hand the names over in December.",
        "Text for sharing": "I ask the council to end the bans.",
    },
    "ru": {
        "Demand": "Отмените запреты мирных собраний",
        "Addressee": "Обращение к городскому совету",
        "Summary": "Совет может снять запреты на ближайшем заседании.",
        "Teaser": "Попросите совет снять запреты.",
        "Button text": "Подписать обращение",
        "Why it matters": "## Почему это важно\n\nКому нельзя собраться, того не слышно.",
        "Background": "## Чего мы просим\n\n::: points\n1. **Снять** запреты.\n:::",
        "Thank-you message": "В декабре мы передадим подписи.",
        "Text for sharing": "Я прошу совет снять запреты.",
    },
}
ALT = {
    "en": "A red sign stands before a blue wall.",
    "ru": "Красный знак стоит у синей стены.",
}
UPDATE = {
    "en": ("The council will vote", "On **Tuesday** the council votes."),
    "ru": ("Совет проголосует", "Во **вторник** совет голосует."),
}
RESULT = {
    "en": "In January the council **lifted** the bans.",
    "ru": "В январе совет **снял** запреты.",
}
