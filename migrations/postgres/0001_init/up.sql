-- Slugs and folded names collate by code point, so that keyset pages run in the same order as on SQLite.

CREATE TABLE outlets (
    id uuid PRIMARY KEY,
    slug text COLLATE "C" NOT NULL UNIQUE,
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
CREATE INDEX outlets_kind ON outlets (kind, slug);
CREATE INDEX outlets_country ON outlets (country, slug);

CREATE TABLE actors (
    id uuid PRIMARY KEY,
    slug text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL,
    gender text,
    country text,
    parent_id uuid REFERENCES actors (id) ON DELETE NO ACTION,
    demonyms jsonb NOT NULL,
    capital text,
    wikidata text,
    source text,
    review text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX actors_kind ON actors (kind, slug);
CREATE INDEX actors_country ON actors (country, slug);
CREATE INDEX actors_review ON actors (review, slug);
CREATE INDEX actors_parent ON actors (parent_id);

-- Every name of an actor, the main one first (position 0). `folded` is lower case without accents, for look-ups.
CREATE TABLE actor_names (
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position bigint NOT NULL,
    name text NOT NULL,
    folded text COLLATE "C" NOT NULL,
    PRIMARY KEY (actor_id, position)
);
CREATE INDEX actor_names_folded ON actor_names (folded, actor_id);

CREATE TABLE actor_roles (
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position bigint NOT NULL,
    title text NOT NULL,
    office text,
    country text,
    organisation_id uuid REFERENCES actors (id) ON DELETE NO ACTION,
    starts_on date,
    ends_on date,
    precision text NOT NULL,
    source text,
    PRIMARY KEY (actor_id, position)
);
CREATE INDEX actor_roles_organisation ON actor_roles (organisation_id);

CREATE TABLE zones (
    id uuid PRIMARY KEY,
    slug text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    country text,
    parent_id uuid REFERENCES zones (id) ON DELETE NO ACTION,
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
CREATE INDEX zones_kind ON zones (kind, slug);
CREATE INDEX zones_status ON zones (status, slug);
CREATE INDEX zones_parent ON zones (parent_id);
CREATE INDEX zones_bbox ON zones (min_lon, max_lon, min_lat, max_lat);

CREATE TABLE agreements (
    id uuid PRIMARY KEY,
    slug text COLLATE "C" NOT NULL UNIQUE,
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

CREATE TABLE agreement_parties (
    agreement_id uuid NOT NULL REFERENCES agreements (id) ON DELETE CASCADE,
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE NO ACTION,
    part text NOT NULL,
    PRIMARY KEY (agreement_id, actor_id, part)
);
CREATE INDEX agreement_parties_actor ON agreement_parties (actor_id);

CREATE TABLE agreement_zones (
    agreement_id uuid NOT NULL REFERENCES agreements (id) ON DELETE CASCADE,
    zone_id uuid NOT NULL REFERENCES zones (id) ON DELETE NO ACTION,
    PRIMARY KEY (agreement_id, zone_id)
);
CREATE INDEX agreement_zones_zone ON agreement_zones (zone_id);

-- `sort_on` is the day an article is listed under: published_on, or the day it was received where that is unknown.
CREATE TABLE articles (
    id uuid PRIMARY KEY,
    outlet_id uuid REFERENCES outlets (id) ON DELETE NO ACTION,
    url text UNIQUE,
    title text,
    subtitle text,
    text text NOT NULL,
    text_sha256 text NOT NULL UNIQUE,
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
CREATE INDEX articles_sort ON articles (sort_on DESC, id DESC);
CREATE INDEX articles_outlet ON articles (outlet_id, sort_on DESC, id DESC);
CREATE INDEX articles_language ON articles (language, sort_on DESC, id DESC);
CREATE INDEX articles_published ON articles (published_on);

-- The document an article was taken out of, as received, where that was not plain text.
CREATE TABLE article_sources (
    article_id uuid PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    media_type text NOT NULL,
    content text NOT NULL
);

-- `sort_on` is the day a quote is listed under: said_on, else the article's day.
-- `as_extracted` keeps the machine's reading from before the first correction by hand.
CREATE TABLE quotes (
    id uuid PRIMARY KEY,
    article_id uuid NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    position bigint NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    segments jsonb NOT NULL,
    exact text NOT NULL,
    prefix text NOT NULL,
    suffix text NOT NULL,
    cue jsonb,
    speaker_mention jsonb,
    actor_id uuid REFERENCES actors (id) ON DELETE NO ACTION,
    role text,
    resolved_by text,
    said_on date,
    said_on_precision text,
    nested_in uuid REFERENCES quotes (id) ON DELETE SET NULL,
    confidence double precision NOT NULL,
    why jsonb NOT NULL,
    review text NOT NULL,
    as_extracted jsonb,
    extractor text NOT NULL,
    sort_on date NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX quotes_sort ON quotes (sort_on DESC, id DESC);
CREATE INDEX quotes_article ON quotes (article_id, position);
CREATE INDEX quotes_actor ON quotes (actor_id, sort_on DESC, id DESC);
CREATE INDEX quotes_kind ON quotes (kind, sort_on DESC, id DESC);
CREATE INDEX quotes_review ON quotes (review, sort_on DESC, id DESC);
CREATE INDEX quotes_said ON quotes (said_on);
CREATE INDEX quotes_confidence ON quotes (confidence);
CREATE INDEX quotes_nested ON quotes (nested_in);

-- A known actor or zone named in an article, and the quote whose words name it.
CREATE TABLE mentions (
    id uuid PRIMARY KEY,
    article_id uuid NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    quote_id uuid REFERENCES quotes (id) ON DELETE CASCADE,
    actor_id uuid REFERENCES actors (id) ON DELETE NO ACTION,
    zone_id uuid REFERENCES zones (id) ON DELETE NO ACTION,
    text text NOT NULL,
    start_offset bigint NOT NULL,
    end_offset bigint NOT NULL,
    CHECK ((actor_id IS NULL) <> (zone_id IS NULL))
);
CREATE INDEX mentions_article ON mentions (article_id, start_offset);
CREATE INDEX mentions_quote ON mentions (quote_id, start_offset);
CREATE INDEX mentions_actor ON mentions (actor_id, article_id);
CREATE INDEX mentions_zone ON mentions (zone_id, article_id, quote_id);

-- One row. Every write that changes what the extractor knows (outlets, actors, zones) counts it up, so that each
-- process sees when to compile its gazetteer anew.
CREATE TABLE gazetteer_version (
    id integer PRIMARY KEY CHECK (id = 1),
    version bigint NOT NULL
);
INSERT INTO gazetteer_version (id, version) VALUES (1, 0);
