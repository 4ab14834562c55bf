-- // identity: invitations, auditors, the audit log, external logins, limits of keys

ALTER TABLE users ADD COLUMN is_auditor boolean NOT NULL DEFAULT false;
ALTER TABLE users ADD COLUMN use_only_dedicated boolean NOT NULL DEFAULT false;

-- A code that lets somebody register, so many times. Only its hash is kept.
CREATE TABLE invitations (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hash       bytea NOT NULL UNIQUE,
  preview    text NOT NULL,
  made_by    bigint NOT NULL,
  uses_left  integer NOT NULL CHECK (uses_left >= 0),
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Who somebody is elsewhere: the issuer and its name for them, and never an e-mail address.
CREATE TABLE identities (
  issuer     text NOT NULL,
  subject    text NOT NULL,
  user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  provider   text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_user ON identities (user_id);

-- What administrators did, and what happened to logins. Each row holds the hash of the one before, so
-- that none can be changed or taken away unseen.
CREATE TABLE audit (
  id       bigint PRIMARY KEY,
  at       timestamptz NOT NULL,
  actor    bigint,
  action   text NOT NULL,
  object   text NOT NULL,
  details  text NOT NULL,
  address  text NOT NULL,
  previous bytea NOT NULL,
  hash     bytea NOT NULL
);
CREATE INDEX audit_actor ON audit (actor, id);

ALTER TABLE api_keys ADD COLUMN allowed_addresses text[];
ALTER TABLE api_keys ADD COLUMN only_dedicated boolean NOT NULL DEFAULT false;
-- A key that was replaced goes on being good for a while, so that its users can change over.
ALTER TABLE api_keys ADD COLUMN previous_hash bytea UNIQUE;
ALTER TABLE api_keys ADD COLUMN previous_until timestamptz;

-- //@UNDO

ALTER TABLE api_keys DROP COLUMN allowed_addresses, DROP COLUMN only_dedicated,
  DROP COLUMN previous_hash, DROP COLUMN previous_until;
DROP TABLE audit, identities, invitations;
ALTER TABLE users DROP COLUMN is_auditor, DROP COLUMN use_only_dedicated;
