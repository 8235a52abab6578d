"""The forms of campaigns. Fields have the names of the saved content."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import Field, Form
from wtforms.validators import StopValidation

from campaign_actions.core.content.block_markup import email_markup_problems, markup_problems
from campaign_actions.core.content.slugs import MAX_LENGTH, SLUG
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.fields import Identifier, LongText, PlainText, Sentence
from campaign_actions.core.forms.website_field import Website

MAX_TITLE_LENGTH, MAX_SUMMARY_LENGTH, MAX_TEXT_LENGTH = 120, 600, 20_000  # characters
MAX_SHOWN_PROBLEMS = 10  # of the markup of one text
DOCUMENT_INDEX = re.compile(r"[A-Z]{3} \d{2}/\d{3}/\d{4}")
NEEDED_MESSAGE = _l("Fill in this field. The public will see it.")


class Markdown(LongText):
    """A text in the Markdown of core/content/markdown.py. Unfinished blocks are refused, each at its line."""

    rows = 14
    fault_lines: tuple[int, ...] = ()  # of the errors, counted from 1
    find_problems = staticmethod(markup_problems)

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        problems = list(self.find_problems(self.data or ""))[:MAX_SHOWN_PROBLEMS]
        if problems:
            self.errors = [problem.message for problem in problems]
            self.fault_lines = tuple(problem.line for problem in problems)
            raise StopValidation


class EmailMarkdown(Markdown):
    """A paragraph or two for an email, in the Markdown of core/content/email_markdown.py: without blocks."""

    rows = 4
    find_problems = staticmethod(email_markup_problems)


class Slug(Identifier):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=MAX_LENGTH, **kwargs)

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if self.data and not SLUG.fullmatch(self.data):
            raise StopValidation(
                _(
                    "Use lower-case Latin letters, numbers and single hyphens, for example"
                    " hate-crimes."
                )
            )


class TextForm(StaffForm):
    """Texts in one language. Those in `needed` may not be empty once they are public."""

    needed: ClassVar[tuple[str, ...]] = ()
    suggested: Mapping[str, str] = MappingProxyType({})

    def suggest(self, texts: Mapping[str, str], *, is_shown: bool) -> None:
        """Texts that stand for nothing until someone writes others beside them. `is_shown`: put them in."""
        self.suggested = texts
        for name in texts if is_shown else ():
            self[name].process_data(texts[name])

    def is_blank(self) -> bool:
        return not any(
            field.data and field.data != self.suggested.get(field.short_name) for field in self
        )

    def require_needed(self) -> None:
        for field in self:
            if field.short_name in self.needed:
                field.required_message = field.required_message or NEEDED_MESSAGE
                field.flags.required = True


def result_field() -> Markdown:
    return Markdown(
        _l("Result"),
        max_length=MAX_TEXT_LENGTH // 2,
        hint=_l(
            "The page shows it once nobody can take part, and once you have published your changes."
        ),
    )


def slug_field() -> Slug:
    """The slug of an existing page."""
    return Slug(
        _l("Page address"),
        required_message=_l("Enter an address for the page."),
        hint=_l(
            "The last part of the page’s address, in Latin letters. If you change it while"
            " the page is public, the old address redirects to the new one."
        ),
    )


def new_slug_field() -> Slug:
    return Slug(
        _l("Page address"),
        hint=_l(
            "In Latin letters. If you leave it empty, it is created from the topic where possible."
        ),
    )


class CampaignTextForm(TextForm):
    needed = ("title", "headline", "summary", "body")

    title = PlainText(
        _l("Topic"),
        max_length=MAX_TITLE_LENGTH,
        required_message=_l("Enter a topic. A few words are enough."),
        hint=_l("A few words, such as “Racism and discrimination”."),
    )
    headline = Sentence(
        _l("Headline"),
        max_length=200,
        hint=_l(
            "One sentence saying what must change and for whom. It is the largest text on the page."
        ),
    )
    summary = LongText(
        _l("Summary"),
        max_length=MAX_SUMMARY_LENGTH,
        hint=_l("Two or three sentences. Also shown when someone shares the link."),
    )
    body = Markdown(
        _l("Page text"), max_length=MAX_TEXT_LENGTH, hint=_l("Explain why it matters, in sections.")
    )
    result = result_field()


class CampaignForm(StaffForm):
    slug = slug_field()
    document_index = PlainText(
        # Translators: the reference number of a publication, like EUR 46/039/2003
        _l("Document reference"),
        max_length=40,
        hint=_l("If the campaign has one: three letters, then numbers, as in EUR 46/039/2003."),
    )

    def validate_document_index(self, field: Field) -> None:
        if field.data and not DOCUMENT_INDEX.fullmatch(field.data):
            raise StopValidation(_("A document reference must look like EUR 46/039/2003."))


class NewCampaignForm(StaffForm):
    title = PlainText(
        _l("Topic"),
        max_length=MAX_TITLE_LENGTH,
        required_message=_l("Enter a topic. A few words are enough."),
        hint=_l(
            "A few words, such as “Racism and discrimination”. You can change everything later."
        ),
    )
    headline = Sentence(
        _l("Headline"),
        max_length=200,
        hint=_l("One sentence saying what must change and for whom."),
    )
    slug = new_slug_field()


class CopyForm(StaffForm):
    """The name and address of a copy. `make_copy_form()` adds a topic for each language."""

    slug = new_slug_field()
    old_titles: Mapping[str, str] = {}

    def topics(self) -> dict[str, Field]:
        """The fields of the topic by language, the required one first."""
        return {locale: self[f"title_{locale}"] for locale in self.old_titles}

    def titles(self) -> dict[str, str]:
        """The new topics by language, without those left empty."""
        return {locale: field.data for locale, field in self.topics().items() if field.data}

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        first, field = next(iter(self.topics().items()))
        if field.data == self.old_titles[first]:
            field.errors = [*field.errors, _("Enter a topic that differs from the original’s.")]
            return False
        return is_valid


def make_copy_form(titles: Mapping[str, str]) -> type[CopyForm]:
    """`titles`: of the original by language, first the one in which a new topic is required."""
    fields = {
        f"title_{locale}": PlainText(
            _l("Topic"),
            max_length=MAX_TITLE_LENGTH,
            required_message=None if number else _l("Enter a topic. A few words are enough."),
            hint=_l("If you leave it empty, the copy keeps “%(title)s”.", title=title)
            if number
            else _l("The original is called “%(title)s”.", title=title),
        )
        for number, (locale, title) in enumerate(titles.items())
    }
    return type("CopyFormOfLanguages", (CopyForm,), {**fields, "old_titles": dict(titles)})


class PartnerForm(StaffForm):
    website = Website(_l("Website"), max_length=300)


class PartnerTextForm(TextForm):
    needed = ("name",)

    name = PlainText(lazy_pgettext("of a thing", "Name"), max_length=120)
    points = Markdown(
        _l("Agreed action points"),
        max_length=5000,
        hint=_l("Say what this partner does in the campaign. Start each point with “- ”."),
    )

    def validate_points(self, field: Field) -> None:
        if field.data and not self.name.data:
            raise StopValidation(_("Enter the partner’s name in this language as well."))
