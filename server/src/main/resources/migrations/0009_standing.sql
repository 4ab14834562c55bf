-- // standing: when it was last kept or set

-- How an account stands is known best to the node that used it last. When it was kept, or set by a
-- person, tells the others whether they know better.
ALTER TABLE accounts ADD COLUMN standing_at timestamptz NOT NULL DEFAULT now();

-- //@UNDO

ALTER TABLE accounts DROP COLUMN standing_at;
