-- Up Migration

-- Contents that the store was given, by what they are. A row stands before the content is put, so that nothing lies there unnoticed.
CREATE TABLE file_blob (
  sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint NOT NULL CHECK (size_bytes > 0),
  -- Machine clock, as the two that follow.
  last_put_ms bigint NOT NULL,
  checked_at_ms bigint,
  -- As it was found when it was last checked; null: as it was put.
  fault text CHECK (fault IN ('missing', 'altered'))
);
CREATE INDEX file_blob_checked ON file_blob (checked_at_ms NULLS FIRST);

-- Files, each of one subject: a clue, a letter. Who may see them is decided by whoever owns the subject.
CREATE TABLE file (
  -- Made by the client: what is sent twice is stored once.
  id text PRIMARY KEY,
  subject_kind text NOT NULL,
  subject_id text NOT NULL,
  name text NOT NULL,
  type text NOT NULL,
  size_bytes bigint NOT NULL CHECK (size_bytes > 0),
  sha256 text NOT NULL REFERENCES file_blob (sha256),
  thumbnail_sha256 text REFERENCES file_blob (sha256),
  uploader_id text NOT NULL,
  uploader_account text NOT NULL,
  address text,
  -- County clock.
  at_ms bigint NOT NULL,
  withdrawn_at_ms bigint,
  withdrawn_by text,
  withdrawal_reason text,
  CHECK ((withdrawn_at_ms IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at_ms IS NULL) = (withdrawal_reason IS NULL))
);
CREATE INDEX file_subject ON file (subject_kind, subject_id, at_ms, id);
CREATE INDEX file_uploader ON file (uploader_id, at_ms);
CREATE INDEX file_content ON file (sha256);
CREATE INDEX file_thumbnail ON file (thumbnail_sha256) WHERE thumbnail_sha256 IS NOT NULL;

-- What was handed in stays on record as it was: the program itself can only withdraw it, once.
CREATE FUNCTION file_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'file is kept as it was handed in';
END $$;
CREATE TRIGGER file_kept BEFORE DELETE OR TRUNCATE ON file FOR EACH STATEMENT EXECUTE FUNCTION file_refuse();
CREATE TRIGGER file_unaltered BEFORE UPDATE ON file FOR EACH ROW
  WHEN (OLD.withdrawn_at_ms IS NOT NULL
    OR (OLD.id, OLD.subject_kind, OLD.subject_id, OLD.name, OLD.type, OLD.size_bytes, OLD.sha256, OLD.thumbnail_sha256, OLD.uploader_id,
      OLD.uploader_account, OLD.address, OLD.at_ms) IS DISTINCT FROM (NEW.id, NEW.subject_kind, NEW.subject_id, NEW.name, NEW.type,
      NEW.size_bytes, NEW.sha256, NEW.thumbnail_sha256, NEW.uploader_id, NEW.uploader_account, NEW.address, NEW.at_ms))
  EXECUTE FUNCTION file_refuse();

-- Down Migration
