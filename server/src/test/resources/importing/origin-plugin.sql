-- The tables of AntiHub's Plug-in service.
CREATE TABLE users (
  user_id uuid PRIMARY KEY, api_key varchar(64) NOT NULL UNIQUE, name varchar(100), prefer_shared smallint NOT NULL DEFAULT 0,
  status smallint NOT NULL DEFAULT 1, created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now()
);
CREATE TABLE accounts (
  cookie_id varchar(255) PRIMARY KEY, user_id uuid NOT NULL REFERENCES users, is_shared smallint NOT NULL DEFAULT 0,
  access_token text NOT NULL, refresh_token text, expires_at bigint, status smallint NOT NULL DEFAULT 1,
  created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now(), need_refresh boolean NOT NULL DEFAULT false,
  name varchar(100), project_id_0 varchar(255) DEFAULT '', is_restricted boolean NOT NULL DEFAULT false, paid_tier boolean,
  ineligible boolean NOT NULL DEFAULT false
);
CREATE TABLE kiro_accounts (
  account_id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users, account_name varchar(100), auth_method varchar(20) NOT NULL,
  refresh_token text NOT NULL, is_shared smallint NOT NULL DEFAULT 0, status smallint NOT NULL DEFAULT 1
);
CREATE TABLE model_quotas (
  quota_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), cookie_id varchar(255) NOT NULL REFERENCES accounts,
  model_name varchar(100) NOT NULL, reset_time timestamp, quota numeric(5,4) NOT NULL DEFAULT 1, status smallint NOT NULL DEFAULT 1,
  last_fetched_at timestamp DEFAULT now(), created_at timestamp DEFAULT now(), UNIQUE (cookie_id, model_name)
);
CREATE TABLE quota_consumption_log (
  log_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES users, cookie_id varchar(255) NOT NULL,
  model_name varchar(100) NOT NULL, quota_before numeric(10,4) NOT NULL, quota_after numeric(10,4) NOT NULL,
  quota_consumed numeric(10,4) NOT NULL, is_shared smallint NOT NULL DEFAULT 1, consumed_at timestamp DEFAULT now()
);
CREATE TABLE user_shared_quota_pool (
  pool_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES users, model_name varchar(100) NOT NULL,
  quota numeric(10,4) NOT NULL DEFAULT 0, max_quota numeric(10,4) NOT NULL DEFAULT 0, last_recovered_at timestamp DEFAULT now(),
  last_updated_at timestamp DEFAULT now(), UNIQUE (user_id, model_name)
);
