-- // names: letters of every script, in any locale of the database

-- What a letter is depends on the database's locale, and C knows none but ASCII's. The program holds
-- names to its rule (letters and digits of every script, dots, hyphens, underscores).
ALTER TABLE users DROP CONSTRAINT users_username_check;
ALTER TABLE users ADD CONSTRAINT users_username_check
  CHECK (length(username) BETWEEN 3 AND 50 AND username !~ '[[:space:][:cntrl:]@/\\<>"'']');

-- //@UNDO

ALTER TABLE users DROP CONSTRAINT users_username_check;
ALTER TABLE users ADD CONSTRAINT users_username_check
  CHECK (username ~ '^[[:alnum:]_.-]{3,50}$') NOT VALID;
