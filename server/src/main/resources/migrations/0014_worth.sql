-- // worth: what sharing an account gave, and which of two views of a quota is the newer

-- In millionths; null where it was shared before this was noted: as much as a whole account gives.
ALTER TABLE contributions ADD COLUMN given bigint CHECK (given >= 0);

-- Of that, what was used up and stays so, however often the account is shared.
ALTER TABLE contributions ADD COLUMN owed bigint NOT NULL DEFAULT 0 CHECK (owed >= 0);

ALTER TABLE quotas ADD COLUMN version bigint NOT NULL DEFAULT 0;

-- //@UNDO

ALTER TABLE quotas DROP COLUMN version;
ALTER TABLE contributions DROP COLUMN owed;
ALTER TABLE contributions DROP COLUMN given;
