ALTER TABLE zones_history DROP COLUMN border_claims;
ALTER TABLE zones DROP COLUMN border_claims;
