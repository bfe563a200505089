-- Where a column stands makes no other difference.
DROP INDEX statement_reports_statement;
CREATE INDEX statement_reports_statement ON statement_reports (statement_id);
DROP INDEX quotes_review;
CREATE INDEX quotes_review ON quotes (review, sort_on DESC, id DESC);
DROP INDEX articles_language;
CREATE INDEX articles_language ON articles (language, sort_on DESC, id DESC);
CREATE INDEX articles_published ON articles (published_on);
