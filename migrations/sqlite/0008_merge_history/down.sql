DROP TABLE actor_merges_history;
