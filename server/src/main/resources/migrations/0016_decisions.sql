-- // decisions: what the pool considered for a request, and how long the request waited

-- At most 20 accounts, in the form of DecisionJson. Null for rows from before, and for imported ones.
ALTER TABLE usage ADD COLUMN decision jsonb;

ALTER TABLE usage ADD COLUMN waited_ms bigint CHECK (waited_ms >= 0);

-- //@UNDO

ALTER TABLE usage DROP COLUMN waited_ms;
ALTER TABLE usage DROP COLUMN decision;
