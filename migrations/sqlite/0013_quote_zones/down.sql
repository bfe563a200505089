DROP TABLE quote_zones;
