DROP TABLE position_reviews;
DROP TABLE positions;
