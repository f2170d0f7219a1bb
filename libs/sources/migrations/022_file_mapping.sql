-- Up Migration

-- Digest of the mapping by which the file was taken: by another one it is read again. Null for files from before; nobody knows
-- by which mapping those were taken.
ALTER TABLE file_seen ADD COLUMN mapping_hash text;
