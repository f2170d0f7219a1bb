-- Up Migration

-- A ledger that came back filled in by hand: what its rows ask for, and what became of each. The same file of the same person is the same import, so that
-- what is sent twice is done once.
CREATE TABLE supervision_ledger_import (
  id text PRIMARY KEY,
  sha256 text NOT NULL,
  file_name text NOT NULL,
  user_id text NOT NULL,
  reason text NOT NULL,
  cancelled boolean NOT NULL DEFAULT false,
  -- The county's time.
  made_at_ms bigint NOT NULL,
  UNIQUE (user_id, sha256)
);

CREATE TABLE supervision_ledger_import_row (
  import_id text NOT NULL REFERENCES supervision_ledger_import ON DELETE CASCADE,
  -- As the person counts them in the sheet.
  row_number integer NOT NULL CHECK (row_number > 1),
  item_id text NOT NULL,
  revision integer NOT NULL,
  -- Steps of the item, as they are asked for on its page.
  steps jsonb NOT NULL,
  -- What they change, for people.
  changes jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'done', 'refused')),
  -- Why it was refused.
  message text,
  PRIMARY KEY (import_id, row_number),
  CHECK ((message IS NOT NULL) = (state = 'refused'))
);

-- Down Migration
