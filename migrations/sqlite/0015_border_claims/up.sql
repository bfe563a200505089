-- Where others have a zone's borders, each with who says so by its id. An id that was merged away is followed; an actor that is named
-- here is not deleted.
ALTER TABLE zones ADD COLUMN border_claims text NOT NULL DEFAULT '[]';
ALTER TABLE zones_history ADD COLUMN border_claims text NOT NULL DEFAULT '[]';
