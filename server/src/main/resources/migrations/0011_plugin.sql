-- // plugin: users at an external Plug-in service, and keys that older backends call this one with

-- Each user's seat at the service: named as an account is, because requests through it are told by
-- that name. Without a key until the service has made the user; the key is good at `base_url` only.
CREATE TABLE plugin_users (
  id             bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  user_id        bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  cookie_id      text NOT NULL UNIQUE CHECK (cookie_id ~ '^[0-9a-f]{32}$'),
  base_url       text,
  plugin_user_id text,
  api_key        text,
  asked_at       timestamptz,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  last_used_at   timestamptz
);

-- A key of an older backend's user may look after accounts as an access token may.
ALTER TABLE api_keys ADD COLUMN opens_plugin boolean NOT NULL DEFAULT false;

-- //@UNDO

ALTER TABLE api_keys DROP COLUMN opens_plugin;
DROP TABLE plugin_users;
