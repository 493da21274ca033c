"""The page from which a form is shared."""

import re

import httpx

from survey_service.accounts.schemas import Caller
from tests.invitations import product


async def test_the_share_page(client: httpx.AsyncClient, alice: Caller) -> None:
    await product.publish(alice.workspace)
    page = (await client.get("/app/forms/visit/share")).text
    for words in (
        "http://testserver.local/s/visit", "http://testserver.local/embed.js", "data-survey=&#34;visit&#34;",
        "http://testserver.local/c/visit", "name=&#34;recommend&#34; value=&#34;10&#34;",
    ):  # fmt: skip
        assert words in page, words
    assert '<a class="btn" href="/s/visit">' in page
    assert (await client.get("/app/forms/nowhere/share")).status_code == 404


async def test_sharing_begins_with_what_everybody_uses(client: httpx.AsyncClient, alice: Caller) -> None:
    """The link, paper and mail come before anything that only a web site needs, and source code is folded."""
    await product.publish(alice.workspace)
    page = (await client.get("/app/forms/visit/share")).text
    places = [
        page.index(part)
        for part in (
            'id="link"',
            'href="/app/places">',
            'href="/app/invitations">',
            "Inside a web page",
            "As plain HTML",
        )
    ]
    main = page[page.index("<main") :]
    offset = len(page) - len(main)
    order = [main.index(part) + offset for part in ('id="link"', 'href="/app/places"', 'href="/app/invitations"')]
    assert order == sorted(order)
    assert max(order) < min(places[3:])
    unfolded = re.sub(r"<details.*?</details>", "", main, flags=re.DOTALL)
    assert "/s/visit" in unfolded
    assert "embed.js" not in unfolded
    assert "/c/visit" not in unfolded
