-- Files of records that are taken in, each by one process at a time: the one whose `attempt` stands here, until `lease_until`.
-- All up to `bytes_read` and `lines_read` was committed with these numbers, so that another process goes on from there.
CREATE TABLE imports (
    id uuid PRIMARY KEY,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by jsonb NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    updated_at timestamptz NOT NULL,
    bytes bigint NOT NULL,
    bytes_read bigint NOT NULL,
    lines_read bigint NOT NULL,
    added jsonb NOT NULL,
    known bigint NOT NULL,
    refused bigint NOT NULL,
    cancel_requested boolean NOT NULL,
    detail text,
    attempt uuid,
    lease_until timestamptz
);
CREATE INDEX imports_status ON imports (status, id);

-- What is wrong with lines that were refused.
CREATE TABLE import_errors (
    import_id uuid NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    line bigint NOT NULL,
    errors jsonb NOT NULL,
    PRIMARY KEY (import_id, line)
);

-- What a file calls otherwise than this instance does: later lines, and another process, have to know.
CREATE TABLE import_names (
    import_id uuid NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    resource text NOT NULL,
    key text NOT NULL,
    resource_id uuid NOT NULL,
    PRIMARY KEY (import_id, resource, key)
);
