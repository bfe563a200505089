-- What was true before. A row is copied here before it is changed or deleted; what is true now stays in its own table.
--
-- A row of a resource was true from its own `updated_at` (inclusive) to `until` (exclusive). A row of a child table is
-- versioned with its parent, from `since`, the `updated_at` of that version, to `until`. Mentions go with their quote, or
-- with their article where they have none.
-- After `until` and `since` come the columns of the table itself, in its order: a migration that adds a column there adds it
-- here too, at the end of both. Nothing refers to other tables: history outlives what it names.

CREATE TABLE outlets_history (
    until text NOT NULL,
    id text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    country text,
    homepage text,
    aliases text NOT NULL,
    datelines text NOT NULL,
    domains text NOT NULL,
    marks text NOT NULL,
    wikidata text,
    source text,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    version integer NOT NULL
) STRICT;
CREATE INDEX outlets_history_id ON outlets_history (id, until);
CREATE INDEX outlets_history_slug ON outlets_history (slug);

CREATE TABLE actors_history (
    until text NOT NULL,
    id text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    gender text,
    country text,
    parent_id text,
    demonyms text NOT NULL,
    capital text,
    wikidata text,
    source text,
    review text NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    version integer NOT NULL
) STRICT;
CREATE INDEX actors_history_id ON actors_history (id, until);
CREATE INDEX actors_history_slug ON actors_history (slug);

CREATE TABLE actor_names_history (
    until text NOT NULL,
    since text NOT NULL,
    actor_id text NOT NULL,
    position integer NOT NULL,
    name text NOT NULL,
    folded text NOT NULL
) STRICT;
CREATE INDEX actor_names_history_actor ON actor_names_history (actor_id, until);

CREATE TABLE actor_roles_history (
    until text NOT NULL,
    since text NOT NULL,
    actor_id text NOT NULL,
    position integer NOT NULL,
    title text NOT NULL,
    office text,
    country text,
    organisation_id text,
    starts_on text,
    ends_on text,
    precision text NOT NULL,
    source text
) STRICT;
CREATE INDEX actor_roles_history_actor ON actor_roles_history (actor_id, until);

CREATE TABLE zones_history (
    until text NOT NULL,
    id text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    country text,
    parent_id text,
    description text,
    proposed_on text,
    agreed_on text,
    in_force_on text,
    ended_on text,
    geometry text,
    geometry_precision text,
    geometry_derivation text,
    min_lon real,
    min_lat real,
    max_lon real,
    max_lat real,
    aliases text NOT NULL,
    terms text NOT NULL,
    wikidata text,
    sources text NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    version integer NOT NULL
) STRICT;
CREATE INDEX zones_history_id ON zones_history (id, until);
CREATE INDEX zones_history_slug ON zones_history (slug);

CREATE TABLE agreements_history (
    until text NOT NULL,
    id text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    signed_on text,
    in_force_on text,
    place text,
    url text,
    sources text NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    version integer NOT NULL
) STRICT;
CREATE INDEX agreements_history_id ON agreements_history (id, until);
CREATE INDEX agreements_history_slug ON agreements_history (slug);

CREATE TABLE agreement_parties_history (
    until text NOT NULL,
    since text NOT NULL,
    agreement_id text NOT NULL,
    actor_id text NOT NULL,
    part text NOT NULL
) STRICT;
CREATE INDEX agreement_parties_history_agreement ON agreement_parties_history (agreement_id, until);

CREATE TABLE agreement_zones_history (
    until text NOT NULL,
    since text NOT NULL,
    agreement_id text NOT NULL,
    zone_id text NOT NULL
) STRICT;
CREATE INDEX agreement_zones_history_agreement ON agreement_zones_history (agreement_id, until);

CREATE TABLE articles_history (
    until text NOT NULL,
    id text NOT NULL,
    outlet_id text,
    url text,
    title text,
    subtitle text,
    text text NOT NULL,
    text_sha256 text NOT NULL,
    language text,
    published_on text,
    published_on_precision text,
    published_on_source text,
    dateline text,
    regions text NOT NULL,
    extraction text NOT NULL,
    extractor text NOT NULL,
    sort_on text NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    version integer NOT NULL
) STRICT;
CREATE INDEX articles_history_id ON articles_history (id, until);
CREATE INDEX articles_history_sort ON articles_history (sort_on DESC, id DESC);

CREATE TABLE article_sources_history (
    until text NOT NULL,
    since text NOT NULL,
    article_id text NOT NULL,
    media_type text NOT NULL,
    content text NOT NULL
) STRICT;
CREATE INDEX article_sources_history_article ON article_sources_history (article_id, until);

CREATE TABLE quotes_history (
    until text NOT NULL,
    id text NOT NULL,
    article_id text NOT NULL,
    position integer NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    segments text NOT NULL,
    exact text NOT NULL,
    prefix text NOT NULL,
    suffix text NOT NULL,
    cue text,
    speaker_mention text,
    actor_id text,
    role text,
    resolved_by text,
    said_on text,
    said_on_precision text,
    nested_in text,
    confidence real NOT NULL,
    why text NOT NULL,
    review text NOT NULL,
    as_extracted text,
    extractor text NOT NULL,
    sort_on text NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    version integer NOT NULL,
    occasion text
) STRICT;
CREATE INDEX quotes_history_id ON quotes_history (id, until);
CREATE INDEX quotes_history_article ON quotes_history (article_id, until);
CREATE INDEX quotes_history_actor ON quotes_history (actor_id, until);
CREATE INDEX quotes_history_nested ON quotes_history (nested_in, until);
CREATE INDEX quotes_history_sort ON quotes_history (sort_on DESC, id DESC);

CREATE TABLE mentions_history (
    until text NOT NULL,
    since text NOT NULL,
    id text NOT NULL,
    article_id text NOT NULL,
    quote_id text,
    actor_id text,
    zone_id text,
    text text NOT NULL,
    start_offset integer NOT NULL,
    end_offset integer NOT NULL
) STRICT;
CREATE INDEX mentions_history_article ON mentions_history (article_id, until);
CREATE INDEX mentions_history_quote ON mentions_history (quote_id, until);
CREATE INDEX mentions_history_actor ON mentions_history (actor_id, until);
CREATE INDEX mentions_history_zone ON mentions_history (zone_id, until);

-- One row for each change of a resource, written with it. `version` is the one after it, `author` who did it as JSON, `before`
-- what the API gave before it, as text: `jsonb` would not keep the order of its fields; null where there was nothing. Quotes that come with their article have no row of their own.
CREATE TABLE changes (
    seq integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    at text NOT NULL,
    resource text NOT NULL,
    resource_id text NOT NULL,
    version integer NOT NULL,
    change text NOT NULL,
    author text NOT NULL,
    reason text,
    before text
) STRICT;
CREATE INDEX changes_resource ON changes (resource_id, seq);

-- What was deleted and can be restored. Its rows are in the history, with `deleted_at` as their `until`.
CREATE TABLE deletions (
    id text PRIMARY KEY NOT NULL,
    resource text NOT NULL,
    resource_id text NOT NULL,
    label text NOT NULL,
    deleted_at text NOT NULL,
    deleted_by text NOT NULL,
    reason text
) STRICT;
CREATE INDEX deletions_kind ON deletions (resource, id);
CREATE INDEX deletions_resource ON deletions (resource_id);

-- Actors that were merged into another, and are found there. What was moved is in the history, with `merged_at` as its
-- `until`; `aliases` are the names that the other got by it.
CREATE TABLE actor_merges (
    actor_id text PRIMARY KEY NOT NULL,
    slug text NOT NULL,
    into_id text NOT NULL,
    merged_at text NOT NULL,
    merged_by text NOT NULL,
    reason text,
    aliases text NOT NULL
) STRICT;
CREATE INDEX actor_merges_slug ON actor_merges (slug);
CREATE INDEX actor_merges_into ON actor_merges (into_id);
