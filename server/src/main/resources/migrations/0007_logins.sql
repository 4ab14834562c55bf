-- // logins: those that have begun at an identity provider and have not come back

CREATE TABLE login_states (
  state      bytea PRIMARY KEY,
  provider   text NOT NULL,
  browser    bytea NOT NULL,
  nonce      text NOT NULL,
  verifier   text NOT NULL,
  expires_at timestamptz NOT NULL
);

-- //@UNDO

DROP TABLE login_states;
