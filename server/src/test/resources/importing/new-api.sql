-- The tables of new-api that matter here, in words that SQLite and PostgreSQL both take.
CREATE TABLE users (
  id integer PRIMARY KEY, username varchar(64) UNIQUE, password varchar(255) NOT NULL, display_name varchar(64), role int DEFAULT 1,
  status int DEFAULT 1, email varchar(64), github_id varchar(64), discord_id varchar(64), oidc_id varchar(64), wechat_id varchar(64),
  telegram_id varchar(64), access_token char(32) UNIQUE, quota int DEFAULT 0, used_quota int DEFAULT 0, request_count int DEFAULT 0,
  "group" varchar(64) DEFAULT 'default', aff_code varchar(32), aff_count int DEFAULT 0, inviter_id int, deleted_at timestamp,
  linux_do_id varchar(64), setting text, remark varchar(255), stripe_customer varchar(64), created_at bigint, last_login_at bigint DEFAULT 0
);
CREATE TABLE tokens (
  id integer PRIMARY KEY, user_id integer, "key" char(48) UNIQUE, status integer DEFAULT 1, name varchar(255), created_time bigint,
  accessed_time bigint, expired_time bigint DEFAULT -1, remain_quota integer DEFAULT 0, unlimited_quota boolean,
  model_limits_enabled boolean, model_limits text, allow_ips varchar(255) DEFAULT '', used_quota integer DEFAULT 0,
  "group" varchar(64) DEFAULT '', cross_group_retry boolean, deleted_at timestamp
);
CREATE TABLE channels (
  id integer PRIMARY KEY, type integer DEFAULT 0, "key" text NOT NULL, openai_organization varchar(255), test_model varchar(255),
  status integer DEFAULT 1, name varchar(255), weight integer DEFAULT 0, created_time bigint, test_time bigint, response_time integer,
  base_url varchar(255) DEFAULT '', other text, balance float, balance_updated_time bigint, models text, "group" varchar(64) DEFAULT 'default',
  used_quota bigint DEFAULT 0, model_mapping text, status_code_mapping varchar(1024) DEFAULT '', priority bigint DEFAULT 0,
  auto_ban integer DEFAULT 1, other_info text, tag varchar(255), setting text, param_override text, header_override text,
  remark varchar(255), channel_info text, settings text
);
CREATE TABLE logs (id integer PRIMARY KEY, user_id integer, created_at bigint, type integer, content text);
