-- Merges that were undone: what stood at an address in between is told for an instant of then.
CREATE TABLE actor_merges_history (
    until text NOT NULL,
    actor_id text NOT NULL,
    slug text NOT NULL,
    into_id text NOT NULL,
    merged_at text NOT NULL,
    merged_by text NOT NULL,
    reason text,
    aliases text NOT NULL
) STRICT;
CREATE INDEX actor_merges_history_id ON actor_merges_history (actor_id, until);
CREATE INDEX actor_merges_history_slug ON actor_merges_history (slug, until);
