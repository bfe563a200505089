ALTER TABLE quotes DROP COLUMN occasion;
