-- Up Migration

-- What stands in a finding is found by its trigrams: three letters, digits or Chinese characters in a row (of Chinese: where the database's character
-- classes know it, see the operating guide). A server without the extension, or that does not let us make it, or has it in a schema where we do not look,
-- looks through the findings instead. What was written last is brought into the index by a commit that finds this much of it (in kB) waiting: little at
-- a time, so that no commit, for which all others wait, takes seconds.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX finding_text ON finding USING gin (
      (explanation || E'\n' || title || E'\n' || scope || E'\n' || (subjects #>> '{}')) gin_trgm_ops)
      WITH (gin_pending_list_limit = 256);
  END IF;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
  RAISE NOTICE 'texts of findings have no index: this account may not make the extension pg_trgm, or does not see its schema';
END $$;

-- Down Migration
