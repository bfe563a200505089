-- API keys. The text of a key is kept nowhere: `hash` is its SHA-256, `prefix` its beginning, to tell keys apart.
-- `created_by` and `revoked_by` are authors as JSON. A key is revoked, never deleted: what it wrote names it.

CREATE TABLE keys (
    id text PRIMARY KEY NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    hash text NOT NULL UNIQUE,
    scope text NOT NULL,
    created_at text NOT NULL,
    created_by text NOT NULL,
    expires_at text,
    revoked_at text,
    revoked_by text,
    last_used_at text
) STRICT;
CREATE INDEX keys_prefix ON keys (prefix);
