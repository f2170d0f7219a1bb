import { execute, type Pool } from '@tianyan/postgres';

/** As after the first sweep of each rule that runs, by a correlator: here there is none. What runs after another change is not judged yet. */
export async function markJudged(pool: Pool): Promise<void> {
  await execute(
    pool,
    `INSERT INTO finding_rule (rule_id, version, fingerprint, member) SELECT v.rule_id, v.version, '', m.member
     FROM finding_rule_epoch e JOIN finding_rule_set s USING (epoch) CROSS JOIN LATERAL jsonb_array_elements(s.rules) AS m (member)
     JOIN finding_rule_version v ON v.digest = m.member ->> 'digest'
     ON CONFLICT (rule_id) DO UPDATE SET version = excluded.version, member = excluded.member`,
  );
}
