-- // standing history: how each account stood, and which requests were refused

-- One row for each change. Accounts may be deleted, so nothing refers to them.
CREATE TABLE standing_history (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cookie_id text NOT NULL,
  user_id   bigint NOT NULL,
  provider  text NOT NULL,
  -- ready, resting, spent, revoked, off, or removed.
  standing  text NOT NULL,
  until     timestamptz,
  at        timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX standing_history_account ON standing_history (cookie_id, id DESC);
CREATE INDEX standing_history_time ON standing_history (at);

INSERT INTO standing_history (cookie_id, user_id, provider, standing, until)
SELECT cookie_id, user_id, provider, CASE WHEN enabled THEN standing ELSE 'off' END,
  CASE WHEN enabled THEN standing_until END
FROM accounts;

-- Sums of all nodes.
CREATE TABLE refusals (
  hour     timestamptz NOT NULL,
  kind     text NOT NULL,
  -- caller, pool or provider.
  whose    text NOT NULL,
  requests bigint NOT NULL CHECK (requests >= 0),
  PRIMARY KEY (hour, kind, whose)
);

-- //@UNDO

DROP TABLE refusals;
DROP TABLE standing_history;
