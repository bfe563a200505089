DROP TABLE import_names;
DROP TABLE import_errors;
DROP TABLE imports;
