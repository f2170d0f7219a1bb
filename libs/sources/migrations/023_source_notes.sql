-- Up Migration

-- What to look at although nothing failed, in Chinese: { what it is about: text }. A matter that is settled has no member.
ALTER TABLE source ADD COLUMN notes jsonb NOT NULL DEFAULT '{}';
