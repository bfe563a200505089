ALTER TABLE changes DROP COLUMN gone;
DROP INDEX changes_unplaced;
DROP INDEX changes_position;
ALTER TABLE changes DROP COLUMN position;
