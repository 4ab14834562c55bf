-- // quota: prices, balances, the double-entry ledger, limits and idempotency

ALTER TABLE usage ADD COLUMN cost_micros bigint CHECK (cost_micros >= 0);
ALTER TABLE usage ADD COLUMN reported_cost_micros bigint CHECK (reported_cost_micros >= 0);
ALTER TABLE usage ADD COLUMN cost_disputed boolean NOT NULL DEFAULT false;
ALTER TABLE usage ADD COLUMN model_group text NOT NULL DEFAULT '';
CREATE INDEX usage_key_time ON usage (key_id, created_at) WHERE key_id IS NOT NULL;
CREATE INDEX usage_account_time ON usage (cookie_id, created_at) WHERE cookie_id IS NOT NULL;

-- The time that recovery goes by. A test puts another in its place.
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE RETURN now();

-- Amounts are millionths. The balance is the sum of the user's entries; it is kept beside them so
-- that it can be read at once, and `ledger verify` holds the two together.
CREATE TABLE quotas (
  pool_id      uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id      bigint NOT NULL,
  model_group  text NOT NULL,
  balance      bigint NOT NULL DEFAULT 0,
  ceiling      bigint NOT NULL DEFAULT 0 CHECK (ceiling >= 0),
  rate         bigint NOT NULL DEFAULT 0 CHECK (rate >= 0),
  recovered_at timestamptz NOT NULL DEFAULT app_now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, model_group)
);
CREATE INDEX quotas_updated ON quotas (updated_at);

-- Each transfer has two entries that add up to zero: what a user gains, a book of the server loses.
CREATE TABLE entries (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transfer    uuid NOT NULL,
  book        text NOT NULL CHECK (book IN ('user', 'pool', 'base', 'recovery', 'contribution', 'grant')),
  user_id     bigint NOT NULL,
  model_group text NOT NULL,
  amount      bigint NOT NULL,
  why         text NOT NULL,
  at          timestamptz NOT NULL DEFAULT now(),
  UNIQUE (transfer, book, user_id, model_group)
);
CREATE INDEX entries_user ON entries (user_id, model_group, id);
CREATE RULE entries_stay AS ON UPDATE TO entries DO INSTEAD NOTHING;
CREATE RULE entries_remain AS ON DELETE TO entries DO INSTEAD NOTHING;

-- What an account has brought its owner. `taken` is what was taken back when it left, and all that
-- it brings when it comes again: leaving and coming back refunds nothing that was used.
CREATE TABLE contributions (
  cookie_id   text NOT NULL,
  model_group text NOT NULL,
  user_id     bigint NOT NULL,
  active      boolean NOT NULL,
  taken       bigint NOT NULL DEFAULT 0 CHECK (taken >= 0),
  PRIMARY KEY (cookie_id, model_group)
);

-- Limits of keys and users, as the API takes them.
CREATE TABLE limits (
  scope  text NOT NULL CHECK (scope IN ('key', 'user')),
  id     bigint NOT NULL,
  limits jsonb NOT NULL,
  PRIMARY KEY (scope, id)
);

-- Prices of the operator's; they go before those that ship with the program.
CREATE TABLE prices (
  id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entry jsonb NOT NULL,
  at    timestamptz NOT NULL DEFAULT now()
);

-- Prepaid quota, spent last: what would take a balance below nothing is taken from here.
CREATE TABLE grants (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id     bigint NOT NULL,
  model_group text NOT NULL,
  amount      bigint NOT NULL CHECK (amount > 0),
  used        bigint NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND amount),
  expires_at  timestamptz NOT NULL,
  why         text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX grants_user ON grants (user_id, model_group);

-- What rows that were deleted for their age had used, so that budgets for ever still know.
CREATE TABLE usage_before (
  user_id  bigint NOT NULL,
  key_id   bigint NOT NULL,
  requests bigint NOT NULL,
  tokens   bigint NOT NULL,
  cost     bigint NOT NULL,
  PRIMARY KEY (user_id, key_id)
);

-- Bodies of requests, where the operator wants them: sealed, and for a week.
CREATE TABLE request_bodies (
  request_id uuid PRIMARY KEY,
  user_id    bigint NOT NULL,
  headers    jsonb NOT NULL,
  body       text NOT NULL,
  at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX request_bodies_at ON request_bodies (at);

CREATE TABLE house_settings (
  name  text PRIMARY KEY,
  value jsonb NOT NULL
);

-- A retry finds what the first attempt was answered. Bodies are kept sealed, for a day.
CREATE TABLE idempotency (
  user_id    bigint NOT NULL,
  name       text NOT NULL,
  digest     bytea NOT NULL,
  node       uuid NOT NULL,
  request_id uuid NOT NULL,
  status     integer,
  headers    jsonb,
  answer     text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, name)
);
CREATE INDEX idempotency_time ON idempotency (created_at);

ALTER TABLE changes DROP CONSTRAINT changes_what_check;
ALTER TABLE changes ADD CONSTRAINT changes_what_check
  CHECK (what IN ('user', 'session', 'key', 'account', 'limits', 'prices', 'audit', 'oidc', 'setting'));

-- //@UNDO

DROP TABLE idempotency, house_settings, request_bodies, usage_before, grants, prices, limits, contributions, entries, quotas;
DROP FUNCTION app_now();
DROP INDEX usage_key_time, usage_account_time;
ALTER TABLE usage DROP COLUMN cost_micros, DROP COLUMN model_group,
  DROP COLUMN reported_cost_micros, DROP COLUMN cost_disputed;
DELETE FROM changes WHERE what NOT IN ('user', 'session', 'key', 'account');
ALTER TABLE changes DROP CONSTRAINT changes_what_check;
ALTER TABLE changes ADD CONSTRAINT changes_what_check CHECK (what IN ('user', 'session', 'key', 'account'));
