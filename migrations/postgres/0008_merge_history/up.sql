-- Merges that were undone: what stood at an address in between is told for an instant of then.
CREATE TABLE actor_merges_history (
    until timestamptz NOT NULL,
    actor_id uuid NOT NULL,
    slug text COLLATE "C" NOT NULL,
    into_id uuid NOT NULL,
    merged_at timestamptz NOT NULL,
    merged_by jsonb NOT NULL,
    reason text,
    aliases jsonb NOT NULL
);
CREATE INDEX actor_merges_history_id ON actor_merges_history (actor_id, until);
CREATE INDEX actor_merges_history_slug ON actor_merges_history (slug, until);
