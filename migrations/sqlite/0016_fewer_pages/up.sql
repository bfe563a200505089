-- The text of an article goes to the end of its row. SQLite lays what does not fit on a page in a chain of others, and to read a
-- column behind a long text it has to go through them: each list of quotes did, for the day of each article.
ALTER TABLE articles ADD COLUMN text_at_end text NOT NULL DEFAULT '';
UPDATE articles SET text_at_end = text;
ALTER TABLE articles DROP COLUMN text;
ALTER TABLE articles RENAME COLUMN text_at_end TO text;
ALTER TABLE articles_history ADD COLUMN text_at_end text NOT NULL DEFAULT '';
UPDATE articles_history SET text_at_end = text;
ALTER TABLE articles_history DROP COLUMN text;
ALTER TABLE articles_history RENAME COLUMN text_at_end TO text;

-- The reports of a statement in order, without a look at each.
DROP INDEX statement_reports_statement;
CREATE INDEX statement_reports_statement ON statement_reports (statement_id, first_on, quote_id, content);

-- Most articles are in English, and most quotes as the machine read them: those are found by their day. And the day of publication is
-- the one under which an article is listed.
DROP INDEX articles_published;
DROP INDEX articles_language;
CREATE INDEX articles_language ON articles (language, sort_on DESC, id DESC) WHERE language <> 'en';
DROP INDEX quotes_review;
CREATE INDEX quotes_review ON quotes (review, sort_on DESC, id DESC) WHERE review <> 'machine';
