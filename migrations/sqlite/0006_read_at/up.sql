-- When the extractor last read an article, so that reading all of them anew can be broken off and gone on with. It is no
-- part of the article as readers see it: reading one again and finding nothing new changes this alone.
ALTER TABLE articles ADD COLUMN read_at text;
UPDATE articles SET read_at = created_at;
ALTER TABLE articles_history ADD COLUMN read_at text;
UPDATE articles_history SET read_at = created_at;
