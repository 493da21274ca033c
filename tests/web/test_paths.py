"""Addresses that need special treatment say so on their handlers."""

import pytest
from litestar import get

from survey_service.app import handlers
from survey_service.web.paths import paths_of


def test_the_product_names_what_it_named_by_hand() -> None:
    paths = paths_of(handlers())
    assert set(paths.respondent) == {"/s/", "/q/", "/i/", "/u/", "/c/", "/k/", "/my/"}
    assert set(paths.private) == {"/i/", "/u/"}
    assert set(paths.quiet) == {"/healthz", "/readyz", "/metrics", "/static/", "/api/v1/forms/"}
    assert paths.streams == {"/app/stream"}
    assert paths.about_itself == {"/healthz", "/readyz", "/metrics"}


def test_nothing_is_secret_where_nothing_says_so() -> None:
    @get("/a/{token:str}")
    async def handler(token: str) -> None: ...

    assert paths_of([handler]).secret.sub(r"\1…", "/a/token") == "/a/token"


def test_a_secret_part_that_the_address_has_not_is_refused() -> None:
    @get("/a/{name:str}", opt={"secret_part": "token"})
    async def handler(name: str) -> None: ...

    with pytest.raises(ValueError, match="token"):
        paths_of([handler])


def test_every_address_with_a_token_says_that_it_is_secret() -> None:
    with_token = {path for one in handlers() for path in one.paths if "token:" in path or "secret:" in path}
    said = {path for one in handlers() if "secret_part" in one.opt for path in one.paths}
    assert with_token == said
