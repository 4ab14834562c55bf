-- // linking: logins of other houses that users add, and what pages show them first

-- Whose login is to be linked; null where somebody logs in.
ALTER TABLE login_states ADD COLUMN user_id bigint REFERENCES users ON DELETE CASCADE;

ALTER TABLE users ADD COLUMN accounts_channel text;
ALTER TABLE users ADD COLUMN usage_channel text;

-- //@UNDO

ALTER TABLE users DROP COLUMN usage_channel;
ALTER TABLE users DROP COLUMN accounts_channel;
ALTER TABLE login_states DROP COLUMN user_id;
