-- Ids are UUIDv7 as text, instants fixed-width RFC 3339 in UTC with microseconds, days ISO 8601, documents JSON.
--
-- NO ACTION and not RESTRICT: SQLite reports a broken RESTRICT as a failed trigger, which cannot be told from other failures.

CREATE TABLE outlets (
    id text PRIMARY KEY NOT NULL,
    slug text NOT NULL UNIQUE,
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

CREATE INDEX outlets_kind ON outlets (kind, slug);
CREATE INDEX outlets_country ON outlets (country, slug);

CREATE TABLE actors (
    id text PRIMARY KEY NOT NULL,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL,
    gender text,
    country text,
    parent_id text REFERENCES actors (id) ON DELETE NO ACTION,
    demonyms text NOT NULL,
    capital text,
    wikidata text,
    source text,
    review text NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    version integer NOT NULL
) STRICT;
CREATE INDEX actors_kind ON actors (kind, slug);
CREATE INDEX actors_country ON actors (country, slug);
CREATE INDEX actors_review ON actors (review, slug);
CREATE INDEX actors_parent ON actors (parent_id);

-- Every name of an actor, the main one first (position 0). `folded` is lower case without accents, for look-ups.
CREATE TABLE actor_names (
    actor_id text NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position integer NOT NULL,
    name text NOT NULL,
    folded text NOT NULL,
    PRIMARY KEY (actor_id, position)
) STRICT;
CREATE INDEX actor_names_folded ON actor_names (folded, actor_id);

CREATE TABLE actor_roles (
    actor_id text NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position integer NOT NULL,
    title text NOT NULL,
    office text,
    country text,
    organisation_id text REFERENCES actors (id) ON DELETE NO ACTION,
    starts_on text,
    ends_on text,
    precision text NOT NULL,
    source text,
    PRIMARY KEY (actor_id, position)
) STRICT;
CREATE INDEX actor_roles_organisation ON actor_roles (organisation_id);

CREATE TABLE zones (
    id text PRIMARY KEY NOT NULL,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    country text,
    parent_id text REFERENCES zones (id) ON DELETE NO ACTION,
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
CREATE INDEX zones_kind ON zones (kind, slug);
CREATE INDEX zones_status ON zones (status, slug);
CREATE INDEX zones_parent ON zones (parent_id);
CREATE INDEX zones_bbox ON zones (min_lon, max_lon, min_lat, max_lat);

CREATE TABLE agreements (
    id text PRIMARY KEY NOT NULL,
    slug text NOT NULL UNIQUE,
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

CREATE TABLE agreement_parties (
    agreement_id text NOT NULL REFERENCES agreements (id) ON DELETE CASCADE,
    actor_id text NOT NULL REFERENCES actors (id) ON DELETE NO ACTION,
    part text NOT NULL,
    PRIMARY KEY (agreement_id, actor_id, part)
) STRICT;
CREATE INDEX agreement_parties_actor ON agreement_parties (actor_id);

CREATE TABLE agreement_zones (
    agreement_id text NOT NULL REFERENCES agreements (id) ON DELETE CASCADE,
    zone_id text NOT NULL REFERENCES zones (id) ON DELETE NO ACTION,
    PRIMARY KEY (agreement_id, zone_id)
) STRICT;
CREATE INDEX agreement_zones_zone ON agreement_zones (zone_id);

-- `sort_on` is the day an article is listed under: published_on, or the day it was received where that is unknown.
CREATE TABLE articles (
    id text PRIMARY KEY NOT NULL,
    outlet_id text REFERENCES outlets (id) ON DELETE NO ACTION,
    url text UNIQUE,
    title text,
    subtitle text,
    text text NOT NULL,
    text_sha256 text NOT NULL UNIQUE,
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
CREATE INDEX articles_sort ON articles (sort_on DESC, id DESC);
CREATE INDEX articles_outlet ON articles (outlet_id, sort_on DESC, id DESC);
CREATE INDEX articles_language ON articles (language, sort_on DESC, id DESC);
CREATE INDEX articles_published ON articles (published_on);

-- The document an article was taken out of, as received, where that was not plain text.
CREATE TABLE article_sources (
    article_id text PRIMARY KEY NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    media_type text NOT NULL,
    content text NOT NULL
) STRICT;

-- `sort_on` is the day a quote is listed under: said_on, else the article's day.
-- `as_extracted` keeps the machine's reading from before the first correction by hand.
CREATE TABLE quotes (
    id text PRIMARY KEY NOT NULL,
    article_id text NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    position integer NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    segments text NOT NULL,
    exact text NOT NULL,
    prefix text NOT NULL,
    suffix text NOT NULL,
    cue text,
    speaker_mention text,
    actor_id text REFERENCES actors (id) ON DELETE NO ACTION,
    role text,
    resolved_by text,
    said_on text,
    said_on_precision text,
    nested_in text REFERENCES quotes (id) ON DELETE SET NULL,
    confidence real NOT NULL,
    why text NOT NULL,
    review text NOT NULL,
    as_extracted text,
    extractor text NOT NULL,
    sort_on text NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    version integer NOT NULL
) STRICT;
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
    id text PRIMARY KEY NOT NULL,
    article_id text NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    quote_id text REFERENCES quotes (id) ON DELETE CASCADE,
    actor_id text REFERENCES actors (id) ON DELETE NO ACTION,
    zone_id text REFERENCES zones (id) ON DELETE NO ACTION,
    text text NOT NULL,
    start_offset integer NOT NULL,
    end_offset integer NOT NULL,
    CHECK ((actor_id IS NULL) <> (zone_id IS NULL))
) STRICT;
CREATE INDEX mentions_article ON mentions (article_id, start_offset);
CREATE INDEX mentions_quote ON mentions (quote_id, start_offset);
CREATE INDEX mentions_actor ON mentions (actor_id, article_id);
CREATE INDEX mentions_zone ON mentions (zone_id, article_id, quote_id);

-- One row. Every write that changes what the extractor knows (outlets, actors, zones) counts it up, so that each
-- process sees when to compile its gazetteer anew.
CREATE TABLE gazetteer_version (
    id integer PRIMARY KEY NOT NULL CHECK (id = 1),
    version integer NOT NULL
) STRICT;
INSERT INTO gazetteer_version (id, version) VALUES (1, 0);
