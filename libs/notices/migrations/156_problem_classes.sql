-- Up Migration

-- The class of the finding that is told of, for people who see some classes alone. Null: told of something else, or before this was kept: with all
-- classes alone it is seen then.
ALTER TABLE notice_delivery ADD COLUMN problem_class text;
-- All classes that a clue, or the rule of an exemption, is of; its entry names rules. Null as above.
ALTER TABLE notice_delivery ADD COLUMN problem_classes text[];
ALTER TABLE team_alert ADD COLUMN problem_class text;

-- Down Migration
