-- Files of records that are taken in, each by one process at a time: the one whose `attempt` stands here, until `lease_until`.
-- All up to `bytes_read` and `lines_read` was committed with these numbers, so that another process goes on from there.
CREATE TABLE imports (
    id text PRIMARY KEY NOT NULL,
    status text NOT NULL,
    created_at text NOT NULL,
    created_by text NOT NULL,
    started_at text,
    ended_at text,
    updated_at text NOT NULL,
    bytes integer NOT NULL,
    bytes_read integer NOT NULL,
    lines_read integer NOT NULL,
    added text NOT NULL,
    known integer NOT NULL,
    refused integer NOT NULL,
    cancel_requested integer NOT NULL,
    detail text,
    attempt text,
    lease_until text
) STRICT;
CREATE INDEX imports_status ON imports (status, id);

-- What is wrong with lines that were refused.
CREATE TABLE import_errors (
    import_id text NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    line integer NOT NULL,
    errors text NOT NULL,
    PRIMARY KEY (import_id, line)
) STRICT;

-- What a file calls otherwise than this instance does: later lines, and another process, have to know.
CREATE TABLE import_names (
    import_id text NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    resource text NOT NULL,
    key text NOT NULL,
    resource_id text NOT NULL,
    PRIMARY KEY (import_id, resource, key)
) STRICT;
