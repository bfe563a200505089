-- The life of a zone, in its order: one row for each time that somebody says it changed its status. `listed` is false for the days
-- that the zone itself has and no transition says: so all that is known of a status on a day is here.
--
-- `agreement_id` and `quote_id` are evidence and refer to nothing: an agreement names its zones, so that in an import it comes after
-- them, and a quote comes and goes with its article. What is not there (any more) is read as none.
CREATE TABLE zone_transitions (
    zone_id text NOT NULL REFERENCES zones (id) ON DELETE CASCADE,
    position integer NOT NULL,
    status text NOT NULL,
    happened_on text NOT NULL,
    precision text NOT NULL,
    agreement_id text,
    quote_id text,
    said_by_id text REFERENCES actors (id) ON DELETE NO ACTION,
    source text,
    note text,
    listed integer NOT NULL,
    PRIMARY KEY (zone_id, position)
) STRICT;
CREATE INDEX zone_transitions_agreement ON zone_transitions (agreement_id);
CREATE INDEX zone_transitions_said_by ON zone_transitions (said_by_id);

CREATE TABLE zone_transitions_history (
    until text NOT NULL,
    since text NOT NULL,
    zone_id text NOT NULL,
    position integer NOT NULL,
    status text NOT NULL,
    happened_on text NOT NULL,
    precision text NOT NULL,
    agreement_id text,
    quote_id text,
    said_by_id text,
    source text,
    note text,
    listed integer NOT NULL
) STRICT;
CREATE INDEX zone_transitions_history_zone ON zone_transitions_history (zone_id, until);

INSERT INTO zone_transitions
    SELECT id, 0, 'proposed', proposed_on, 'day', NULL, NULL, NULL, NULL, NULL, 0 FROM zones WHERE proposed_on IS NOT NULL;
INSERT INTO zone_transitions
    SELECT id, 1, 'agreed', agreed_on, 'day', NULL, NULL, NULL, NULL, NULL, 0 FROM zones WHERE agreed_on IS NOT NULL;
INSERT INTO zone_transitions
    SELECT id, 2, 'in_force', in_force_on, 'day', NULL, NULL, NULL, NULL, NULL, 0 FROM zones WHERE in_force_on IS NOT NULL;
INSERT INTO zone_transitions
    SELECT id, 3, 'ended', ended_on, 'day', NULL, NULL, NULL, NULL, NULL, 0 FROM zones WHERE ended_on IS NOT NULL;
INSERT INTO zone_transitions_history
    SELECT until, updated_at, id, 0, 'proposed', proposed_on, 'day', NULL, NULL, NULL, NULL, NULL, 0 FROM zones_history
    WHERE proposed_on IS NOT NULL;
INSERT INTO zone_transitions_history
    SELECT until, updated_at, id, 1, 'agreed', agreed_on, 'day', NULL, NULL, NULL, NULL, NULL, 0 FROM zones_history
    WHERE agreed_on IS NOT NULL;
INSERT INTO zone_transitions_history
    SELECT until, updated_at, id, 2, 'in_force', in_force_on, 'day', NULL, NULL, NULL, NULL, NULL, 0 FROM zones_history
    WHERE in_force_on IS NOT NULL;
INSERT INTO zone_transitions_history
    SELECT until, updated_at, id, 3, 'ended', ended_on, 'day', NULL, NULL, NULL, NULL, NULL, 0 FROM zones_history
    WHERE ended_on IS NOT NULL;
