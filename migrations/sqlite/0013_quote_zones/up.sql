-- Which quotes name a zone, once each, in the order of lists: `sort_on` and `said_on` are those of the quote. It is made from
-- mentions and quotes, and written with them: to find the newest of a zone that a hundred thousand quotes name takes as long
-- as to find those of any other.
CREATE TABLE quote_zones (
    zone_id text NOT NULL REFERENCES zones (id) ON DELETE CASCADE,
    sort_on text NOT NULL,
    quote_id text NOT NULL REFERENCES quotes (id) ON DELETE CASCADE,
    said_on text,
    PRIMARY KEY (zone_id, sort_on, quote_id)
) STRICT, WITHOUT ROWID;
INSERT INTO quote_zones (zone_id, sort_on, quote_id, said_on)
SELECT DISTINCT mentions.zone_id, quotes.sort_on, quotes.id, quotes.said_on
FROM mentions JOIN quotes ON quotes.id = mentions.quote_id WHERE mentions.zone_id IS NOT NULL;
CREATE INDEX quote_zones_said ON quote_zones (zone_id, said_on, sort_on, quote_id);
CREATE INDEX quote_zones_quote ON quote_zones (quote_id);
