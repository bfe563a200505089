-- PostgreSQL keeps long texts beside the row: no column stands behind them.

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
