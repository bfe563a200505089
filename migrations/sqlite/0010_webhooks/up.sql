-- Receivers that are told of changes. `filter` says of which, with ids; `position` how far in the log of changes this one was
-- looked for what to tell. `secret` is kept as it is, for each request is signed with it; `previous_secret` signs too until
-- `previous_secret_until`. One process at a time sends to a receiver: `lease_owner`, until `lease_until`. Nothing is sent before
-- `retry_at`; `gone_at` is when a receiver answered that it is gone, which turned `enabled` off.
CREATE TABLE webhooks (
    id text PRIMARY KEY NOT NULL,
    url text NOT NULL,
    description text,
    enabled integer NOT NULL,
    filter text NOT NULL,
    gone_at text,
    retry_at text,
    previous_secret_until text,
    created_at text NOT NULL,
    created_by text NOT NULL,
    updated_at text NOT NULL,
    version integer NOT NULL,
    secret text NOT NULL,
    previous_secret text,
    position integer NOT NULL,
    lease_owner text,
    lease_until text
) STRICT;

-- What a receiver is to be told, in the order of `position` and `id`: which change of the log, of which resource. A quote that
-- came with its article has the position of that. What is sent is read when it is sent, and kept nowhere.
CREATE TABLE webhook_deliveries (
    id text PRIMARY KEY NOT NULL,
    webhook_id text NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event text NOT NULL,
    position integer NOT NULL,
    resource text,
    resource_id text,
    state text NOT NULL,
    attempts integer NOT NULL,
    last_attempt_at text,
    last_status integer,
    last_error text,
    created_at text NOT NULL
) STRICT;
CREATE UNIQUE INDEX webhook_deliveries_change ON webhook_deliveries (webhook_id, position, resource_id);
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (webhook_id, state, position, id);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (state, last_attempt_at);
