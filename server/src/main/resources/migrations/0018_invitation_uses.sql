-- // invitation uses: how many users could register with an invitation at first

-- Null for invitations from before.
ALTER TABLE invitations ADD COLUMN uses integer CHECK (uses > 0);

-- //@UNDO

ALTER TABLE invitations DROP COLUMN uses;
