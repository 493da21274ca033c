"""The JSON API of the words that respondents are told. Placeholders stand in braces, as in our own messages."""

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from survey_service.accounts import audit
from survey_service.accounts.guards import Caller
from survey_service.core import clock, database
from survey_service.core.errors import Conflict
from survey_service.core.http import DRAFT_BYTES, IfMatch, tagged
from survey_service.forms import wording
from survey_service.forms.actions import FormAction
from survey_service.forms.schemas import LanguageShown, NewLanguage, TagInPath, WordsChange, WordsShown

READ = {"scope": "forms:read"}
WRITE = {"scope": "forms:write"}


@get("/api/v1/languages", opt=READ, operation_id="ListLanguages", summary="List respondents' languages", tags=["forms"])
async def list_languages(caller: NamedDependency[Caller]) -> list[LanguageShown]:
    """Those in which respondents are told everything, and those that the workspace writes, with what is missing."""
    return await wording.languages(caller.workspace)


@post(
    "/api/v1/languages",
    opt={**WRITE, "refuses": (Conflict,)},
    operation_id="BeginLanguage",
    summary="Begin a language",
    tags=["forms"],
)
async def begin_language(caller: NamedDependency[Caller], data: JSONBody[NewLanguage]) -> WordsShown:
    """Begins to write a language that we do not speak; one that was begun stays as it is. 409 for too many."""
    async with database.transaction():
        await wording.begin(caller.workspace, data.language, clock.now())
        await audit.record(caller, FormAction.LANGUAGE_BEGUN, data.language)
    return await wording.words(caller.workspace, data.language)


@get(
    "/api/v1/languages/{language:str}/words",
    opt=READ,
    operation_id="ReadWords",
    summary="Read a language's words",
    tags=["forms"],
)
async def read_words(caller: NamedDependency[Caller], language: TagInPath) -> Response[WordsShown]:
    """What the workspace wrote in a language. Its `ETag` is for `If-Match`."""
    return tagged(await wording.words(caller.workspace, language))


@patch(
    "/api/v1/languages/{language:str}/words",
    opt=WRITE,
    operation_id="WriteWords",
    request_max_body_size=DRAFT_BYTES,
    summary="Write a language's words",
    tags=["forms"],
)
async def write_words(
    caller: NamedDependency[Caller], language: TagInPath, data: JSONBody[WordsChange], if_match: IfMatch = None
) -> Response[WordsShown]:
    """Puts messages in place, some or all; respondents are told what is whole, and the rest in English."""
    return tagged(await wording.write_for(caller, language, lambda known: data.words, clock.now(), if_match))


ROUTES = [list_languages, begin_language, read_words, write_words]
