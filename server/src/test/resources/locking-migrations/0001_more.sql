-- // more

ALTER TABLE busy ADD COLUMN more integer;

-- //@UNDO

ALTER TABLE busy DROP COLUMN more;
