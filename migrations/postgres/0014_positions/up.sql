-- What actors think of zones, one row for each zone that a quote of a known speaker names and takes a stance on. Made from quotes, and
-- from what people said about them; no table of history has it. `dated_on` is the day on which the quote was said, or else
-- published, `sort_on` the day under which it is listed.
CREATE TABLE positions (
    id uuid PRIMARY KEY NOT NULL,
    quote_id uuid NOT NULL REFERENCES quotes (id) ON DELETE CASCADE,
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    zone_id uuid NOT NULL REFERENCES zones (id) ON DELETE CASCADE,
    stance text NOT NULL,
    conditions jsonb NOT NULL,
    dated_on date,
    dated_precision text,
    sort_on date NOT NULL,
    confidence double precision NOT NULL,
    why jsonb NOT NULL,
    review text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX positions_page ON positions (sort_on DESC, id DESC);
CREATE INDEX positions_quote ON positions (quote_id);
CREATE INDEX positions_actor ON positions (actor_id, sort_on DESC, id DESC);
CREATE INDEX positions_zone ON positions (zone_id, sort_on DESC, id DESC);
-- What an actor thought of a zone before.
CREATE INDEX positions_before ON positions (actor_id, zone_id, sort_on DESC, id DESC);

-- What people said about positions. It names quotes and zones that may be gone, and come back.
CREATE TABLE position_reviews (
    id uuid PRIMARY KEY NOT NULL,
    quote_id uuid NOT NULL,
    zone_id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    made_by jsonb NOT NULL,
    reason text,
    before jsonb NOT NULL,
    after jsonb NOT NULL
);
CREATE INDEX position_reviews_quote ON position_reviews (quote_id, zone_id);

-- All that is there already: the positions of quotes that wait for their statements are read with those.
INSERT INTO statement_queue (article_id)
SELECT DISTINCT quotes.article_id FROM quotes
WHERE quotes.actor_id IS NOT NULL
    AND EXISTS (SELECT 1 FROM quote_zones WHERE quote_zones.quote_id = quotes.id)
    AND NOT EXISTS (SELECT 1 FROM statement_queue WHERE statement_queue.article_id = quotes.article_id);
