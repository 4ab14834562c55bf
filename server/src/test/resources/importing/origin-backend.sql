-- The tables of AntiHub's backend, as its migrations leave them.
CREATE TABLE users (
  id serial PRIMARY KEY, username varchar(255) NOT NULL UNIQUE, password_hash varchar(255),
  oauth_id varchar(255) UNIQUE, avatar_url varchar(512), trust_level integer NOT NULL DEFAULT 0,
  is_active boolean NOT NULL DEFAULT true, is_silenced boolean NOT NULL DEFAULT false, beta integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(), last_login_at timestamptz
);
CREATE TABLE oauth_tokens (
  id serial PRIMARY KEY, user_id integer NOT NULL UNIQUE REFERENCES users ON DELETE CASCADE, access_token text NOT NULL,
  refresh_token text, token_type varchar(50), expires_at timestamptz NOT NULL, created_at timestamptz DEFAULT now()
);
CREATE TABLE api_keys (
  id serial PRIMARY KEY, user_id integer NOT NULL REFERENCES users ON DELETE CASCADE, key varchar(128) NOT NULL UNIQUE,
  name varchar(100), config_type varchar(20) NOT NULL DEFAULT 'antigravity', is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(), last_used_at timestamptz, expires_at timestamptz
);
CREATE TABLE plugin_api_keys (
  id serial PRIMARY KEY, user_id integer NOT NULL UNIQUE REFERENCES users ON DELETE CASCADE, api_key text NOT NULL,
  plugin_user_id varchar(255), is_active boolean NOT NULL DEFAULT true, created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(), last_used_at timestamptz
);
CREATE TABLE usage_logs (
  id serial PRIMARY KEY, user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
  api_key_id integer REFERENCES api_keys ON DELETE SET NULL, endpoint varchar(255) NOT NULL, method varchar(10) NOT NULL,
  model_name varchar(100), config_type varchar(20), stream boolean NOT NULL DEFAULT false,
  quota_consumed double precision NOT NULL DEFAULT 0, input_tokens integer NOT NULL DEFAULT 0,
  output_tokens integer NOT NULL DEFAULT 0, total_tokens integer NOT NULL DEFAULT 0, success boolean NOT NULL DEFAULT true,
  status_code integer, error_message text, duration_ms integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
