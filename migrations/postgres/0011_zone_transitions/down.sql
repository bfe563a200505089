DROP TABLE zone_transitions_history;
DROP TABLE zone_transitions;
