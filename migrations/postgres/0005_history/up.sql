-- What was true before. A row is copied here before it is changed or deleted; what is true now stays in its own table.
--
-- A row of a resource was true from its own `updated_at` (inclusive) to `until` (exclusive). A row of a child table is
-- versioned with its parent, from `since`, the `updated_at` of that version, to `until`. Mentions go with their quote, or
-- with their article where they have none.
-- After `until` and `since` come the columns of the table itself, in its order: a migration that adds a column there adds it
-- here too, at the end of both. Nothing refers to other tables: history outlives what it names.

CREATE TABLE outlets_history (
    until timestamptz NOT NULL,
    id uuid NOT NULL,
    slug text COLLATE "C" NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    country text,
    homepage text,
    aliases jsonb NOT NULL,
    datelines jsonb NOT NULL,
    domains jsonb NOT NULL,
    marks jsonb NOT NULL,
    wikidata text,
    source text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX outlets_history_id ON outlets_history (id, until);
CREATE INDEX outlets_history_slug ON outlets_history (slug);

CREATE TABLE actors_history (
    until timestamptz NOT NULL,
    id uuid NOT NULL,
    slug text COLLATE "C" NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    gender text,
    country text,
    parent_id uuid,
    demonyms jsonb NOT NULL,
    capital text,
    wikidata text,
    source text,
    review text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX actors_history_id ON actors_history (id, until);
CREATE INDEX actors_history_slug ON actors_history (slug);

CREATE TABLE actor_names_history (
    until timestamptz NOT NULL,
    since timestamptz NOT NULL,
    actor_id uuid NOT NULL,
    position bigint NOT NULL,
    name text NOT NULL,
    folded text COLLATE "C" NOT NULL
);
CREATE INDEX actor_names_history_actor ON actor_names_history (actor_id, until);

CREATE TABLE actor_roles_history (
    until timestamptz NOT NULL,
    since timestamptz NOT NULL,
    actor_id uuid NOT NULL,
    position bigint NOT NULL,
    title text NOT NULL,
    office text,
    country text,
    organisation_id uuid,
    starts_on date,
    ends_on date,
    precision text NOT NULL,
    source text
);
CREATE INDEX actor_roles_history_actor ON actor_roles_history (actor_id, until);

CREATE TABLE zones_history (
    until timestamptz NOT NULL,
    id uuid NOT NULL,
    slug text COLLATE "C" NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    country text,
    parent_id uuid,
    description text,
    proposed_on date,
    agreed_on date,
    in_force_on date,
    ended_on date,
    geometry jsonb,
    geometry_precision text,
    geometry_derivation text,
    min_lon double precision,
    min_lat double precision,
    max_lon double precision,
    max_lat double precision,
    aliases jsonb NOT NULL,
    terms jsonb NOT NULL,
    wikidata text,
    sources jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX zones_history_id ON zones_history (id, until);
CREATE INDEX zones_history_slug ON zones_history (slug);

CREATE TABLE agreements_history (
    until timestamptz NOT NULL,
    id uuid NOT NULL,
    slug text COLLATE "C" NOT NULL,
    name text NOT NULL,
    signed_on date,
    in_force_on date,
    place text,
    url text,
    sources jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX agreements_history_id ON agreements_history (id, until);
CREATE INDEX agreements_history_slug ON agreements_history (slug);

CREATE TABLE agreement_parties_history (
    until timestamptz NOT NULL,
    since timestamptz NOT NULL,
    agreement_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    part text NOT NULL
);
CREATE INDEX agreement_parties_history_agreement ON agreement_parties_history (agreement_id, until);

CREATE TABLE agreement_zones_history (
    until timestamptz NOT NULL,
    since timestamptz NOT NULL,
    agreement_id uuid NOT NULL,
    zone_id uuid NOT NULL
);
CREATE INDEX agreement_zones_history_agreement ON agreement_zones_history (agreement_id, until);

CREATE TABLE articles_history (
    until timestamptz NOT NULL,
    id uuid NOT NULL,
    outlet_id uuid,
    url text,
    title text,
    subtitle text,
    text text NOT NULL,
    text_sha256 text NOT NULL,
    language text,
    published_on date,
    published_on_precision text,
    published_on_source text,
    dateline jsonb,
    regions jsonb NOT NULL,
    extraction text NOT NULL,
    extractor text NOT NULL,
    sort_on date NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX articles_history_id ON articles_history (id, until);
CREATE INDEX articles_history_sort ON articles_history (sort_on DESC, id DESC);

CREATE TABLE article_sources_history (
    until timestamptz NOT NULL,
    since timestamptz NOT NULL,
    article_id uuid NOT NULL,
    media_type text NOT NULL,
    content text NOT NULL
);
CREATE INDEX article_sources_history_article ON article_sources_history (article_id, until);

CREATE TABLE quotes_history (
    until timestamptz NOT NULL,
    id uuid NOT NULL,
    article_id uuid NOT NULL,
    position bigint NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    segments jsonb NOT NULL,
    exact text NOT NULL,
    prefix text NOT NULL,
    suffix text NOT NULL,
    cue jsonb,
    speaker_mention jsonb,
    actor_id uuid,
    role text,
    resolved_by text,
    said_on date,
    said_on_precision text,
    nested_in uuid,
    confidence double precision NOT NULL,
    why jsonb NOT NULL,
    review text NOT NULL,
    as_extracted jsonb,
    extractor text NOT NULL,
    sort_on date NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    occasion jsonb
);
CREATE INDEX quotes_history_id ON quotes_history (id, until);
CREATE INDEX quotes_history_article ON quotes_history (article_id, until);
CREATE INDEX quotes_history_actor ON quotes_history (actor_id, until);
CREATE INDEX quotes_history_nested ON quotes_history (nested_in, until);
CREATE INDEX quotes_history_sort ON quotes_history (sort_on DESC, id DESC);

CREATE TABLE mentions_history (
    until timestamptz NOT NULL,
    since timestamptz NOT NULL,
    id uuid NOT NULL,
    article_id uuid NOT NULL,
    quote_id uuid,
    actor_id uuid,
    zone_id uuid,
    text text NOT NULL,
    start_offset bigint NOT NULL,
    end_offset bigint NOT NULL
);
CREATE INDEX mentions_history_article ON mentions_history (article_id, until);
CREATE INDEX mentions_history_quote ON mentions_history (quote_id, until);
CREATE INDEX mentions_history_actor ON mentions_history (actor_id, until);
CREATE INDEX mentions_history_zone ON mentions_history (zone_id, until);

-- One row for each change of a resource, written with it. `version` is the one after it, `author` who did it as JSON, `before`
-- what the API gave before it, as text: `jsonb` would not keep the order of its fields; null where there was nothing. Quotes that come with their article have no row of their own.
CREATE TABLE changes (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    resource text NOT NULL,
    resource_id uuid NOT NULL,
    version bigint NOT NULL,
    change text NOT NULL,
    author jsonb NOT NULL,
    reason text,
    before text
);
CREATE INDEX changes_resource ON changes (resource_id, seq);

-- What was deleted and can be restored. Its rows are in the history, with `deleted_at` as their `until`.
CREATE TABLE deletions (
    id uuid PRIMARY KEY,
    resource text NOT NULL,
    resource_id uuid NOT NULL,
    label text NOT NULL,
    deleted_at timestamptz NOT NULL,
    deleted_by jsonb NOT NULL,
    reason text
);
CREATE INDEX deletions_kind ON deletions (resource, id);
CREATE INDEX deletions_resource ON deletions (resource_id);

-- Actors that were merged into another, and are found there. What was moved is in the history, with `merged_at` as its
-- `until`; `aliases` are the names that the other got by it.
CREATE TABLE actor_merges (
    actor_id uuid PRIMARY KEY,
    slug text COLLATE "C" NOT NULL,
    into_id uuid NOT NULL,
    merged_at timestamptz NOT NULL,
    merged_by jsonb NOT NULL,
    reason text,
    aliases jsonb NOT NULL
);
CREATE INDEX actor_merges_slug ON actor_merges (slug);
CREATE INDEX actor_merges_into ON actor_merges (into_id);
