"""What schemathesis cannot know of this API from its document."""

import json
import re
import uuid

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import UseAfterFree

# Rules that JSON Schema cannot say. A request that keeps to the document may be refused for one of these, and for no other.
BEYOND_SCHEMA = [
    r"names no (actor|agreement|article|outlet|quote|statement|zone): none has the id( or slug)? `",  # which there are
    r"must not hold U\+0000",  # could be said, on each of a hundred strings
    # a parameter that is there without a value, which OpenAPI forbids (`allowEmptyValue`) and schemathesis sends
    r"must have a value",
    # the time of the request
    r"must not be in the future",
    # how many periods lie between two days
    r"gives more than \d+ periods from ",
    # relations between members
    r"must be greater than start",
    r"must not be before ",
    r"\w+, the first day of that status, must not be before ",
    r"must be the first day that the transitions give ",
    r"must be the first day of its month where only that is known",
    r"must be 1 January where only the year is known",
    r"must not be the (actor|zone) itself or a part of it",
    r"is past the end of the article's text",
    r"is for persons only",
    r"must stand beside changed=true",
    # what a quote says, and who says that it does
    r"must lie within a segment of the quote",
    r"must not be `machine` where the stance or its conditions are changed",
    # what reports a statement
    r"does not report the statement",
    r"must be a quote that reports the statement",
    r"must leave at least one report to the statement",
    r"must not part more than \d+ pairs of quotes",
    r"is not said by the speaker of the statement",
    r"either text or html must be there",
    r"must not stand beside text",
    r"stands in the body where the body is JSON, not beside it",
    r"must name who says so \(said_by\), or where it can be read \(source\)",
    r"must have south before north",
    r"`.*` is neither a day nor an instant",
    r"must be a day, an instant or an interval of them",
    r"must begin before it ends",
    # what a text or a page holds
    r"holds no article",
    r"cannot be made from the name",
    r"must not have the form of an id",
    r"must be an absolute http or https address of at most 2000 bytes",  # bytes, not characters
    # where a webhook may be sent to
    r"must not lead to a private, local or reserved address",
    r"must not hold a user name or a password",
    r"must name nothing but `quote` beside a speaker, zone, outlet or kind",
    # what a query of words holds
    r"holds no word to look for",
    r"only says what must not be there",
    r"the (quotation mark|\*) at character \d+ ",
    r"must not hold more than \d+ words",
    r"nothing of this type has all that is filtered by",
    r"cannot stand beside q",
    # numbers of an array by their place
    r"must be degrees, longitude",
    r"must not have more than \d+ positions",
    r"must enclose an area",
    r"must not meet itself",
    r"must not overlap with part",
    r"must be a hole within the outer ring",
    r"has too many (parts|stretches) within the bounds of others",
    r"is more than 180 degrees from the position before",
    r"must have rings of at least four positions, the last of them the first again",
]


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    """A file of records goes out as it is; lines that are none are refused one by one, after the answer."""
    if isinstance(value, bytes):
        return {"data": value}
    return {"data": value.encode() if isinstance(value, str) else json.dumps(value).encode()}


class RefusedWithoutRule(Failure):
    """A request was refused that keeps to the document."""


@schemathesis.check
def refusals_are_documented(ctx, response, case):
    """Whatever keeps to the document is refused for what no schema can say, or not at all."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code not in (400, 422):
        return
    problem = response.json()
    if problem["code"] in ("invalid_body", "invalid_query"):
        details = [error["detail"] for error in problem.get("errors", [])]
        unknown = [detail for detail in details if not any(re.match(rule, detail) for rule in BEYOND_SCHEMA)]
        if details and not unknown:
            return
    raise RefusedWithoutRule(
        operation=case.operation.label,
        title="Refused without a rule in the document",
        message=f"{problem['code']}: {problem['detail']} {problem.get('errors', '')}",
    )


# A valid one, as the document has it.
IDEMPOTENCY_KEY = r"[!#-\[\]-~]{1,255}"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives valid requests what only the service can give: they get further into it."""
    if case.headers and re.fullmatch(IDEMPOTENCY_KEY, str(case.headers.get("Idempotency-Key", ""))):
        # Generated keys repeat, as those of clients must not: who repeats one is answered as the first time.
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    for name in ("cursor", "since"):
        if case.query and name in case.query:
            # A cursor comes from the page before, and belongs to its list.
            del case.query[name]


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """What was deleted can be read as it was known before, and so can its revisions. A file to be imported is taken whatever is in it:
    its lines are refused after the answer."""
    if isinstance(failure, AcceptedNegativeData) and case.operation.label == "POST /v1/imports" and response.status_code == 201:
        return False
    # The standard has it so: whoever asks for more features than the most there are on a page gets those.
    limit = str((case.query or {}).get("limit", ""))
    is_large = case.operation.label == "GET /ogc/collections/{collectionId}/items" and limit.isdigit() and int(limit) > 1000
    if isinstance(failure, AcceptedNegativeData) and is_large:
        return False
    reads_before = "as_of" in (case.query or {}) or case.path.endswith("/revisions")
    return not (isinstance(failure, UseAfterFree) and reads_before)
