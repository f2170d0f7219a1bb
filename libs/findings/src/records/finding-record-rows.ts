import { execute, type ClientBase } from '@tianyan/postgres';
import { setAsideAmong } from '../exemptions/set-aside.js';
import { isShown } from '../rule-sets/shadow.js';

/**
 * Brings the records of these findings to what the findings are now; in the transaction that changed them. A finding is a record while
 * the data support it and no person has dismissed it or set it aside. What changes nothing of that writes nothing.
 * @param secondLevel rules, among those of the findings, that read findings themselves; null: as it was noted before
 * @param known those of the findings that are set aside, where they have been asked for; missing: they are asked for here
 */
export async function noteRecords(
  client: ClientBase,
  findingIds: readonly string[],
  secondLevel: readonly string[] | null,
  known?: ReadonlySet<string>,
): Promise<void> {
  if (findingIds.length === 0) return;
  const aside = known ?? (await setAsideAmong(client, findingIds));
  await execute(client, NOTE, [findingIds, secondLevel, [...aside]]);
}

/** Locks in the order of the ids: whoever takes several of them does. */
const NOTE = `
  INSERT INTO finding_record AS r (finding_id, version, counts, aside, second_level, at_ms, fields, pending)
  SELECT said.*, said.counts
  FROM (
    SELECT f.id, nextval('finding_record_version'),
      f.holds AND f.status IN ('open', 'promoted') AND f.id <> ALL($3::text[]) AND NOT level.second AS counts,
      f.id = ANY($3::text[]), level.second, f.occurred_at_ms,
      f.subjects || jsonb_build_object('ruleId', f.rule_id, 'severity', f.severity, 'problemClass', f.problem_class)
    FROM finding f LEFT JOIN finding_record known ON known.finding_id = f.id,
      LATERAL (SELECT coalesce(f.rule_id = ANY($2::text[]), known.second_level, true) AS second) level
    WHERE f.id = ANY($1) AND ${isShown('f')} AND (NOT level.second OR known.finding_id IS NOT NULL)
    ORDER BY f.id
  ) said
  ON CONFLICT (finding_id) DO UPDATE SET version = excluded.version, counts = excluded.counts, aside = excluded.aside,
    second_level = excluded.second_level, at_ms = excluded.at_ms, fields = excluded.fields,
    pending = r.pending OR excluded.counts OR r.counts
  WHERE (r.counts, r.aside, r.second_level, r.at_ms, r.fields)
    IS DISTINCT FROM (excluded.counts, excluded.aside, excluded.second_level, excluded.at_ms, excluded.fields)`;
