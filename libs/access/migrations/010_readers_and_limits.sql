-- Up Migration

ALTER TABLE access_user DROP CONSTRAINT access_user_role_check;
ALTER TABLE access_user ADD CONSTRAINT access_user_role_check CHECK (role IN ('analyst', 'administrator', 'reader'));

-- Records that a person saw uncovered, by day: what the daily limit counts.
CREATE TABLE access_reveal (
  user_id text NOT NULL REFERENCES access_user (id) ON DELETE CASCADE,
  -- China calendar day of the machine's clock, YYYY-MM-DD.
  china_day text NOT NULL,
  object text NOT NULL,
  at_ms bigint NOT NULL,
  PRIMARY KEY (user_id, china_day, object)
);

-- Failed attempts to sign in, by what they are counted under: an account from an address, an address, an account.
CREATE TABLE access_sign_in_failure (
  kind text NOT NULL CHECK (kind IN ('pair', 'address', 'account')),
  account text NOT NULL,
  address text NOT NULL,
  failures integer NOT NULL,
  last_failure_at_ms bigint NOT NULL,
  -- No attempt is looked at before this instant of the machine's clock.
  blocked_until_ms bigint NOT NULL,
  -- Attempts refused since; the first of each block is entered in the audit log.
  refused integer NOT NULL,
  PRIMARY KEY (kind, account, address)
);
CREATE INDEX access_sign_in_failure_age ON access_sign_in_failure (last_failure_at_ms);

-- Addresses from which somebody has signed in to an account: others' failures elsewhere do not hold them up.
CREATE TABLE access_known_address (
  account text NOT NULL,
  address text NOT NULL,
  last_sign_in_at_ms bigint NOT NULL,
  PRIMARY KEY (account, address)
);

DROP TABLE access_rate_limit;

-- Down Migration
