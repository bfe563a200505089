"""Drives a running service with the client that openapi-python-client makes from the document.

    ONRECORD_KEY=onr_… python drive.py http://127.0.0.1:8080

The key must be of the scope `admin`. The generated package `onrecord_client` has to be importable. Checked by `mypy --strict`.
"""

import os
import sys
from typing import TypeVar
from uuid import UUID

from onrecord_client import AuthenticatedClient, Client
from onrecord_client.api.articles import create_article
from onrecord_client.api.keys import create_key, revoke_key
from onrecord_client.api.quotes import find_quote, list_quotes, update_quote
from onrecord_client.models import (
    ApiKeyInput,
    ArticleInput,
    ArticleWithQuotes,
    ErrorCode,
    Problem,
    Quote,
    QuotePatch,
    Review,
    Scope,
    SpeakerInput,
)
from onrecord_client.types import UNSET, Response, Unset

TEXT = """Observers count the quarry posts

GENEVA, November 28. The posts around the Idlib de-escalation zone "have to be counted twice," UN Secretary-General \
Antonio Guterres said on Tuesday.

"Nobody is helped by one list," he added. "Two lists will do."

Quillon Barstow of the Quarry Council called the plan "useful" and said both lists would be public."""

T = TypeVar("T")


def expect(response: Response[T | Problem], status: int) -> T:
    """What came back, where it is no problem and no dropped response."""
    answer = response.parsed
    assert answer is not None, f"{response.status_code} is no response that the client knows: {response.content!r}"
    assert not isinstance(answer, Problem), f"{answer.code}: {answer.detail}"
    assert response.status_code == status, response.status_code
    return answer


def problem_of(response: Response[T | Problem], status: int) -> Problem:
    """The problem that came back."""
    assert response.status_code == status, f"{response.status_code}: {response.content!r}"
    assert isinstance(response.parsed, Problem), response.parsed
    return response.parsed


def actor_of(quote: Quote) -> str | None:
    return quote.speaker.actor.slug if quote.speaker and quote.speaker.actor else None


def post_article(writer: AuthenticatedClient) -> ArticleWithQuotes:
    new = ArticleInput(text=TEXT, url="https://example.org/sdk/python", outlet="tass")
    article = expect(create_article.sync_detailed(client=writer, body=new), 201)
    assert article.outlet is not None and article.outlet.slug == "tass"
    assert len(article.quotes) >= 4, len(article.quotes)
    for quote in article.quotes:
        words = [article.text[segment.start : segment.end] for segment in quote.segments]
        assert " ".join(words) == quote.text, quote
    return article


def page_through(reader: Client, article: UUID) -> list[Quote]:
    """All quotes of an article, one a page."""
    quotes: list[Quote] = []
    cursor: str | Unset = UNSET
    while True:
        page = expect(list_quotes.sync_detailed(client=reader, article=[article], limit=1, cursor=cursor), 200)
        assert len(page.data) <= 1
        quotes.extend(page.data)
        if page.next_cursor is None:
            return quotes
        cursor = page.next_cursor


def correct_speaker(writer: AuthenticatedClient, quote: Quote) -> None:
    read = find_quote.sync_detailed(client=writer, id=quote.id)
    tag = read.headers["ETag"]
    assert actor_of(expect(read, 200)) == "antonio-guterres"

    def patch(tag: str, actor: str) -> Response[Quote | Problem]:
        body = QuotePatch(speaker=SpeakerInput(actor=actor))
        return update_quote.sync_detailed(client=writer, id=quote.id, body=body, if_match=tag)

    corrected = expect(patch(tag, "staffan-de-mistura"), 200)
    assert actor_of(corrected) == "staffan-de-mistura", corrected
    assert corrected.review is Review.CORRECTED
    assert corrected.version == quote.version + 1

    assert problem_of(patch(tag, "sergey-lavrov"), 412).code is ErrorCode.PRECONDITION_FAILED
    after = find_quote.sync_detailed(client=writer, id=quote.id)
    assert actor_of(expect(after, 200)) == "staffan-de-mistura"
    assert after.headers["ETag"] != tag


def read_problem(writer: AuthenticatedClient) -> None:
    response = create_article.sync_detailed(client=writer, body=ArticleInput(text=""))
    problem = problem_of(response, 422)
    assert problem.status == 422
    assert problem.code is ErrorCode.INVALID_BODY, problem.code
    assert not isinstance(problem.errors, Unset)
    assert problem.errors[0].pointer == "/text", problem.errors
    assert problem.errors[0].detail
    assert problem.request_id == response.headers["X-Request-Id"]


def main() -> None:
    base_url, admin_key = sys.argv[1], os.environ["ONRECORD_KEY"]
    admin = AuthenticatedClient(base_url=base_url, token=admin_key)
    new_key = ApiKeyInput(name="sdk-python", scope=Scope.WRITE)
    key = expect(create_key.sync_detailed(client=admin, body=new_key), 201)
    assert key.scope is Scope.WRITE
    writer = AuthenticatedClient(base_url=base_url, token=key.text)

    article = post_article(writer)
    quotes = page_through(Client(base_url=base_url), article.id)
    assert sorted(quote.id for quote in quotes) == sorted(quote.id for quote in article.quotes)
    correct_speaker(writer, next(quote for quote in article.quotes if actor_of(quote) == "antonio-guterres"))
    read_problem(writer)

    assert expect(revoke_key.sync_detailed(client=admin, id=key.id), 200).revoked_at is not None
    refused = create_article.sync_detailed(client=writer, body=ArticleInput(text=TEXT))
    assert problem_of(refused, 401).code is ErrorCode.REVOKED_KEY
    print(
        f"python: a key, an article with {len(quotes)} quotes paged, a speaker corrected, a stale tag refused, "
        "a problem read"
    )


if __name__ == "__main__":
    main()
