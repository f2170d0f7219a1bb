-- Up Migration

-- Nobody writes from before the numbers are counted until the triggers go on counting: what is stored between the two would be missing for good.
LOCK TABLE finding IN SHARE ROW EXCLUSIVE MODE;

-- How many findings there are, kept in the transaction that changes them. Rows are only ever added, +n and −n: nobody waits for anybody, and the
-- sum that a snapshot sees is the number of findings that it sees. FindingTallies folds them together now and then.
CREATE TABLE finding_tally (
  rule_id text NOT NULL,
  title text NOT NULL,
  problem_class text NOT NULL,
  severity smallint NOT NULL,
  status text NOT NULL,
  verdict text,
  township_code text,
  stake smallint NOT NULL,
  shadow boolean NOT NULL,
  count bigint NOT NULL
);

INSERT INTO finding_tally
SELECT rule_id, title, problem_class, severity, status, verdict, township_code, stake, shadow, count(*) FROM finding
GROUP BY rule_id, title, problem_class, severity, status, verdict, township_code, stake, shadow;

CREATE FUNCTION finding_tally_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO finding_tally
  SELECT rule_id, title, problem_class, severity, status, verdict, township_code, stake, shadow, count(*) FROM added
  GROUP BY rule_id, title, problem_class, severity, status, verdict, township_code, stake, shadow;
  RETURN NULL;
END $$;

CREATE FUNCTION finding_tally_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO finding_tally
  SELECT rule_id, title, problem_class, severity, status, verdict, township_code, stake, shadow, sum(difference) FROM (
    SELECT rule_id, title, problem_class, severity, status, verdict, township_code, stake, shadow, 1 AS difference FROM added
    UNION ALL SELECT rule_id, title, problem_class, severity, status, verdict, township_code, stake, shadow, -1 FROM removed) moved
  GROUP BY rule_id, title, problem_class, severity, status, verdict, township_code, stake, shadow HAVING sum(difference) <> 0;
  RETURN NULL;
END $$;

CREATE FUNCTION finding_tally_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO finding_tally
  SELECT rule_id, title, problem_class, severity, status, verdict, township_code, stake, shadow, -count(*) FROM removed
  GROUP BY rule_id, title, problem_class, severity, status, verdict, township_code, stake, shadow;
  RETURN NULL;
END $$;

CREATE FUNCTION finding_tally_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Not DELETE: one that meets rows which are just being folded leaves what they are folded into.
  TRUNCATE finding_tally;
  RETURN NULL;
END $$;

CREATE TRIGGER finding_added AFTER INSERT ON finding REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION finding_tally_added();
CREATE TRIGGER finding_changed AFTER UPDATE ON finding REFERENCING OLD TABLE AS removed NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION finding_tally_changed();
CREATE TRIGGER finding_removed AFTER DELETE ON finding REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION finding_tally_removed();
CREATE TRIGGER finding_emptied AFTER TRUNCATE ON finding FOR EACH STATEMENT EXECUTE FUNCTION finding_tally_emptied();

-- Down Migration
