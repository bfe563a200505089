-- The event at which a quote was said, as a span of the article: "in an interview with RBK".
ALTER TABLE quotes ADD COLUMN occasion jsonb;
