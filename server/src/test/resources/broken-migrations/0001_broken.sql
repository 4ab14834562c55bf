-- // Makes a table, then stumbles.
CREATE TABLE half (n int);
INSERT INTO no_such_table VALUES (1);

-- //@UNDO
DROP TABLE half;
