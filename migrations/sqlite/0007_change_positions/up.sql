-- Where a change stands among all, from 1, without a gap. `seq` cannot say that: of two transactions, the one that took its
-- `seq` first may commit last, and whoever reads on from the `seq` of the other would never see it. A position is given to
-- a change once it is committed, by one process at a time; null until then.
ALTER TABLE changes ADD COLUMN position integer;
UPDATE changes SET position = placed.place
FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS place FROM changes) AS placed WHERE changes.seq = placed.seq;
CREATE UNIQUE INDEX changes_position ON changes (position);
CREATE INDEX changes_unplaced ON changes (seq) WHERE position IS NULL;

-- Whether the resource is not there any more after the change. `change` alone does not tell: a reading takes some quotes back
-- and changes others, a merge takes one actor away and changes the other. What is taken away keeps its version.
ALTER TABLE changes ADD COLUMN gone integer NOT NULL DEFAULT 0;
UPDATE changes SET gone = 1
WHERE change IN ('deleted', 'purged') OR (change IN ('extracted', 'merged') AND version = json_extract(before, '$.version'));
