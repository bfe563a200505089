DROP TABLE statement_queue;
DROP TABLE statement_decisions;
DROP TABLE statement_reports;
DROP TABLE statements;
