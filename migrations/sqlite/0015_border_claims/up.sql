-- Where others have a zone's borders, each with who says so by its id: an id that was merged away is followed, one that is gone is
-- nobody's.
ALTER TABLE zones ADD COLUMN border_claims text NOT NULL DEFAULT '[]';
ALTER TABLE zones_history ADD COLUMN border_claims text NOT NULL DEFAULT '[]';
