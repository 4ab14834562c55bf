-- // importing: which rows were imported, so that a repeated import makes no duplicates

ALTER TABLE api_keys ADD COLUMN from_elsewhere boolean NOT NULL DEFAULT false;
CREATE INDEX api_keys_from_elsewhere ON api_keys (id) WHERE from_elsewhere;

-- `mark` distinguishes objects with the same id: two gateways both have a user 1.
CREATE TABLE imports (
  source     text NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('user', 'login', 'key', 'account', 'quota', 'route', 'usage')),
  foreign_id text NOT NULL,
  our_id     text NOT NULL,
  mark       text NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source, kind, foreign_id)
);

-- //@UNDO

DROP TABLE imports;
ALTER TABLE api_keys DROP COLUMN from_elsewhere;
