"""One product with a year of answers for the session, one browser for each module."""

import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import people
from tests.browser.product import Product, demonstrated
from tests.chromium import chromium
from tests.conftest import administer, in_thread, postgres_url

expect.set_options(timeout=20_000)  # machines that test are busy machines

DEMO_RESPONSES = 3_000
FEW_RESPONSES = 150


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The product on SQLite."""
    with (
        tempfile.TemporaryDirectory(prefix="survey-browser-") as folder,
        demonstrated(f"sqlite:///{Path(folder) / 'survey.db'}", DEMO_RESPONSES) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def product_on_postgres(postgres_server: str) -> Iterator[Product]:
    """The same on PostgreSQL, with fewer answers."""
    name = f"browser_{uuid.uuid4().hex}"
    in_thread(lambda: administer(postgres_server, f"CREATE DATABASE {name}"))
    with demonstrated(postgres_url(postgres_server, name), FEW_RESPONSES) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def faults() -> Iterator[people.Faults]:
    """What the browser complained of while the test ran: nothing, or the test fails."""
    kept = people.Faults()
    yield kept
    assert kept.told == []


@pytest.fixture
def phone(browser: Browser, product: Product, faults: people.Faults) -> Iterator[BrowserContext]:
    """A customer's phone."""
    context = people.visitor(browser, product, faults, has_touch=True)
    yield context
    context.close()


@pytest.fixture
def desk(browser: Browser, product: Product, faults: people.Faults) -> Iterator[BrowserContext]:
    """The owner's desk."""
    context = people.staff(browser, product, faults)
    yield context
    context.close()
