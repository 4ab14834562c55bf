-- // served groups: which accounts were seen to serve which groups of models

-- An account brings its owner quota only for groups that it has served. Accounts that contribute
-- already are believed.
CREATE TABLE served_groups (
  cookie_id   text NOT NULL REFERENCES accounts ON DELETE CASCADE,
  model_group text NOT NULL,
  served_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (cookie_id, model_group)
);
INSERT INTO served_groups (cookie_id, model_group)
  SELECT cookie_id, model_group FROM contributions c
  WHERE active AND EXISTS (SELECT FROM accounts a WHERE a.cookie_id = c.cookie_id);

-- Since when an account fails without having served; null if its last answer was good.
ALTER TABLE accounts ADD COLUMN failing_since timestamptz;

-- When an account that had not served yet was tested last.
ALTER TABLE accounts ADD COLUMN tested_at timestamptz;

-- //@UNDO

ALTER TABLE accounts DROP COLUMN tested_at;
ALTER TABLE accounts DROP COLUMN failing_since;
DROP TABLE served_groups;
