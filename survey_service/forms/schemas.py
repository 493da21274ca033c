"""Shapes that go in and out of the forms' API."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar.openapi.spec import Example
from litestar.params import PathParameter
from msgspec import Meta

from survey_service.core.i18n import Message, Written
from survey_service.core.i18n.writing import MAX_LENGTH
from survey_service.forms.definition import Definition
from survey_service.questions.texts import LANGUAGE_PATTERN

SLUG_PATTERN = r"^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$(?!\n)"
Slug = Annotated[str, Meta(pattern=SLUG_PATTERN, description="The form's public name in links.")]
SlugInPath = Annotated[
    str, PathParameter(pattern=SLUG_PATTERN, description="The form's public name.", examples=[Example(value="visit")])
]
FormName = Annotated[str, Meta(min_length=1, max_length=200, description="The form's name among staff.")]
PORT = "(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})"
ORIGIN = rf"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:{PORT})?"
ORIGINS_PATTERN = rf"^(\*|{ORIGIN}( {ORIGIN})*)?$(?!\n)"
Origins = Annotated[str, Meta(max_length=2000, pattern=ORIGINS_PATTERN)]
Promise = Annotated[
    Literal["", "reply", "call"], Meta(description="What whoever answers may wait for: nothing, a reply or a call.")
]


class NewForm(msgspec.Struct, forbid_unknown_fields=True):
    """A form to be made, as a draft."""

    slug: Slug
    name: FormName
    definition: Definition
    accepts_json: bool = True
    allowed_origins: Origins = "*"
    promise: Promise = ""


class FormChange(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change; absent members stay."""

    name: FormName | None = None
    definition: Definition | None = None
    accepts_json: bool | None = None
    allowed_origins: Origins | None = None
    promise: Promise | None = None


class FormSummary(msgspec.Struct):
    """A form in a list. `version` is 0 before the first publication; `state` is draft, open, closed or archived."""

    slug: str
    name: str
    state: str
    version: int
    accepts_json: bool
    allowed_origins: str
    promise: str
    created_at: datetime
    updated_at: datetime


class FormRow(FormSummary):
    """A form as it is stored, with its draft."""

    id: UUID
    workspace: UUID
    draft: Definition

    @property
    def summary(self) -> FormSummary:
        """The form in a list."""
        return FormSummary(**{name: getattr(self, name) for name in FormSummary.__struct_fields__})


class FormDetail(FormSummary):
    """A form with its draft, and the definition in force if one was published."""

    draft: Definition
    published: Definition | None = None


class VersionSummary(msgspec.Struct):
    """A published version."""

    number: int
    published_at: datetime


LanguageTag = Annotated[str, Meta(pattern=LANGUAGE_PATTERN, max_length=35, description="A language's BCP 47 tag.")]
TagInPath = Annotated[
    str, PathParameter(pattern=LANGUAGE_PATTERN, description="A language's tag.", examples=[Example(value="cy")])
]
Wording = Annotated[str, Meta(max_length=MAX_LENGTH)]
MessageKey = Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9_]+$(?!\n)")]
MAX_MESSAGES = 300


class NewLanguage(msgspec.Struct, forbid_unknown_fields=True):
    """A language to be written."""

    language: LanguageTag


class LanguageShown(msgspec.Struct):
    """A language in which respondents are spoken to. `missing` are the keys of the messages that are not whole."""

    language: str
    name: str
    own_name: str
    missing: list[str]


class WordsShown(msgspec.Struct):
    """What is written in a language: messages by key, those with plural forms by form."""

    language: str
    words: dict[str, Message]
    missing: list[str]


class WordsChange(msgspec.Struct, forbid_unknown_fields=True):
    """Messages to be put in place, by key; an empty one is taken back. A message counts once it is whole."""

    words: Annotated[dict[MessageKey, Wording | dict[MessageKey, Wording]], Meta(max_length=MAX_MESSAGES)] = {}


class PublishedForm(msgspec.Struct, frozen=True):
    """What answering needs to know of a form: who it belongs to and the version in force, or what a preview shows as
    if it were. `written` are the words of its languages that we do not speak."""

    id: UUID
    workspace: UUID
    workspace_name: str
    time_zone: str
    slug: str
    name: str
    state: str
    version: int
    accepts_json: bool
    allowed_origins: str
    definition: Definition
    languages: tuple[str, ...]
    promise: str = ""
    workspace_privacy_url: str = ""
    written: Written = ()

    @property
    def is_open(self) -> bool:
        """Whether it takes answers."""
        return self.state == "open"
