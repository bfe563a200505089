-- Utterances. Made from quotes by the machine and by what people decided; no table of history has them. `lead_id` is the quote
-- that shows what was said, `sort_on` the day under which the first of its reports is listed, `is_shared` whether there are two
-- or more.
CREATE TABLE statements (
    id uuid PRIMARY KEY NOT NULL,
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    lead_id uuid NOT NULL,
    sort_on date NOT NULL,
    reports bigint NOT NULL,
    is_shared boolean NOT NULL,
    is_closed boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX statements_page ON statements (sort_on DESC, id DESC);
CREATE INDEX statements_shared ON statements (is_shared, sort_on DESC, id DESC);
CREATE INDEX statements_actor ON statements (actor_id, sort_on DESC, id DESC);

-- Which quote reports which statement, and why: `reason`, `like_id` the quote it is most like, `score` and its `parts`. What the
-- quote is found by among others of the same speaker: the days on which it can have been said, and `keys` of its words.
CREATE TABLE statement_reports (
    quote_id uuid PRIMARY KEY NOT NULL REFERENCES quotes (id) ON DELETE CASCADE,
    statement_id uuid NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    actor_id uuid NOT NULL,
    first_on date,
    last_on date,
    content double precision NOT NULL,
    keys text NOT NULL,
    reason text NOT NULL,
    like_id uuid,
    score double precision,
    parts jsonb
);
CREATE INDEX statement_reports_statement ON statement_reports (statement_id);
CREATE INDEX statement_reports_window ON statement_reports (actor_id, first_on);

-- What people decided: that two quotes are one statement or never are, that a quote belongs to a statement, that a statement is
-- closed. It names quotes and statements that may be gone, and come back.
CREATE TABLE statement_decisions (
    id uuid PRIMARY KEY NOT NULL,
    kind text NOT NULL,
    quote_id uuid,
    other_id uuid,
    statement_id uuid,
    made_at timestamptz NOT NULL,
    made_by jsonb NOT NULL,
    reason text
);
CREATE INDEX statement_decisions_quote ON statement_decisions (quote_id);
CREATE INDEX statement_decisions_other ON statement_decisions (other_id);
CREATE INDEX statement_decisions_statement ON statement_decisions (statement_id);

-- Articles whose quotes are to be put into statements yet: those of imports, and of actors with very many quotes that were merged.
CREATE TABLE statement_queue (
    article_id uuid PRIMARY KEY NOT NULL REFERENCES articles (id) ON DELETE CASCADE
);
-- All that is there already.
INSERT INTO statement_queue (article_id) SELECT DISTINCT article_id FROM quotes WHERE actor_id IS NOT NULL;
