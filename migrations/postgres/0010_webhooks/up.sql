-- Receivers that are told of changes. `filter` says of which, with ids; `position` how far in the log of changes this one was
-- looked for what to tell. `secret` is kept as it is, for each request is signed with it; `previous_secret` signs too until
-- `previous_secret_until`. One process at a time sends to a receiver: `lease_owner`, until `lease_until`. Nothing is sent before
-- `retry_at`; `gone_at` is when a receiver answered that it is gone, which turned `enabled` off.
CREATE TABLE webhooks (
    id uuid PRIMARY KEY NOT NULL,
    url text NOT NULL,
    description text,
    enabled boolean NOT NULL,
    filter jsonb NOT NULL,
    gone_at timestamptz,
    retry_at timestamptz,
    previous_secret_until timestamptz,
    created_at timestamptz NOT NULL,
    created_by jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    secret text NOT NULL,
    previous_secret text,
    position bigint NOT NULL,
    lease_owner uuid,
    lease_until timestamptz
);

-- What a receiver is to be told, in the order of `position` and `id`: which change of the log, of which resource. A quote that
-- came with its article has the position of that. What is sent is read when it is sent, and kept nowhere.
CREATE TABLE webhook_deliveries (
    id uuid PRIMARY KEY NOT NULL,
    webhook_id uuid NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event text NOT NULL,
    position bigint NOT NULL,
    resource text,
    resource_id uuid,
    state text NOT NULL,
    attempts bigint NOT NULL,
    last_attempt_at timestamptz,
    last_status bigint,
    last_error text,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX webhook_deliveries_change ON webhook_deliveries (webhook_id, position, resource_id);
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (webhook_id, state, position, id);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (state, last_attempt_at);
