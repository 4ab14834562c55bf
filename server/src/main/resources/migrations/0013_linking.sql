-- // linking: external identities of users, provider names on pages, teams with limits

-- Whose login is to be linked; null where somebody logs in.
ALTER TABLE login_states ADD COLUMN user_id bigint REFERENCES users ON DELETE CASCADE;

ALTER TABLE users ADD COLUMN accounts_channel text;
ALTER TABLE users ADD COLUMN usage_channel text;

-- Users who share limits.
CREATE TABLE teams (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE users ADD COLUMN team_id bigint REFERENCES teams ON DELETE SET NULL;
CREATE INDEX users_team ON users (team_id) WHERE team_id IS NOT NULL;
ALTER TABLE limits DROP CONSTRAINT limits_scope_check;
ALTER TABLE limits ADD CONSTRAINT limits_scope_check CHECK (scope IN ('key', 'user', 'team'));

-- //@UNDO

DELETE FROM limits WHERE scope = 'team';
ALTER TABLE limits DROP CONSTRAINT limits_scope_check;
ALTER TABLE limits ADD CONSTRAINT limits_scope_check CHECK (scope IN ('key', 'user'));
DROP INDEX users_team;
ALTER TABLE users DROP COLUMN team_id;
DROP TABLE teams;

ALTER TABLE users DROP COLUMN usage_channel;
ALTER TABLE users DROP COLUMN accounts_channel;
ALTER TABLE login_states DROP COLUMN user_id;
