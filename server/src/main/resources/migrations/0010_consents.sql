-- // consents: those that people were asked for at a provider; models that owners switch off

CREATE TABLE consents (
  state      bytea PRIMARY KEY,
  user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  provider   text NOT NULL,
  name       text NOT NULL,
  is_shared  boolean NOT NULL,
  verifier   text NOT NULL,
  expires_at timestamptz NOT NULL
);

ALTER TABLE accounts ADD COLUMN models_off text[] NOT NULL DEFAULT '{}';

-- //@UNDO

ALTER TABLE accounts DROP COLUMN models_off;
DROP TABLE consents;
