-- Answers to requests with an Idempotency-Key, so that the same request again gets the same answer.
-- `scope` is whose key it is, hashed; `fingerprint` the SHA-256 of the request; `status` and `body` are null while it is done.
-- `attempt` has the key until `lease_until`; then another attempt may take it over.
CREATE TABLE idempotency_keys (
    scope text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    attempt text NOT NULL,
    lease_until text NOT NULL,
    status integer,
    body text,
    created_at text NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
