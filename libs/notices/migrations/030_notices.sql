-- Up Migration

-- Not every notice is an alert about a finding: each names what it is about. What is stored already, waiting or told, is about
-- findings (a summary: about several, under a name of its own) and goes on as it stands.
ALTER TABLE alert_delivery RENAME TO notice_delivery;
ALTER TABLE notice_delivery RENAME COLUMN finding_id TO subject_id;
ALTER TABLE notice_delivery ADD COLUMN subject_kind text NOT NULL DEFAULT 'finding';
ALTER TABLE notice_delivery ALTER COLUMN subject_kind DROP DEFAULT;
-- Another subject (a case, a deadline) comes here, with its kinds of notices.
ALTER TABLE notice_delivery DROP CONSTRAINT alert_delivery_kind_check;
ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_kind_check CHECK (
  (subject_kind = 'finding' AND kind IN ('opened', 'withdrawn', 'moved', 'summary', 'summary-withdrawn', 'summary-moved'))
  OR (subject_kind = 'source' AND kind IN ('source-failing', 'source-working')));
-- Null: told to a person for what the person is (an administrator), not as the member of a team.
ALTER TABLE notice_delivery ALTER COLUMN team_id DROP NOT NULL;
-- The key of a notice, and to whom: what is enqueued twice is one delivery.
ALTER TABLE notice_delivery DROP CONSTRAINT alert_delivery_finding_id_round_kind_channel_recipient_key;
ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_key
  UNIQUE (subject_kind, subject_id, round, kind, channel, recipient);
ALTER INDEX alert_delivery_due RENAME TO notice_delivery_due;
ALTER INDEX alert_delivery_inbox RENAME TO notice_delivery_inbox;
ALTER INDEX alert_delivery_unread RENAME TO notice_delivery_unread;
ALTER INDEX alert_delivery_bundle RENAME TO notice_delivery_bundle;
ALTER INDEX alert_delivery_bundled_into RENAME TO notice_delivery_bundled_into;

-- Whether a team's webhook is told, too, how the platform itself is (its sources).
ALTER TABLE alert_team ADD COLUMN platform_notices boolean NOT NULL DEFAULT false;

-- Times in which a source could not be read or stayed silent. All times are the machine's.
CREATE TABLE source_outage (
  source text NOT NULL,
  -- Counts the outages of the source: the round of their notices.
  round integer NOT NULL,
  trouble text NOT NULL CHECK (trouble IN ('failing', 'silent')),
  began_at_ms bigint NOT NULL,
  -- Last look that found it so; after a time without looks, patience begins anew.
  seen_at_ms bigint NOT NULL,
  -- Null while it may still pass by itself without anybody having been told.
  told_at_ms bigint,
  -- Since when the source has worked again; null while it does not.
  well_since_ms bigint,
  ended_at_ms bigint,
  PRIMARY KEY (source, round)
);
-- One outage of a source at a time, whatever number of notifiers look.
CREATE UNIQUE INDEX source_outage_open ON source_outage (source) WHERE ended_at_ms IS NULL;

-- Down Migration
