ALTER TABLE articles_history DROP COLUMN read_at;
ALTER TABLE articles DROP COLUMN read_at;
