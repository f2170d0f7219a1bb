import { rows, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { isShown } from '../rule-sets/shadow.js';

/**
 * `finding_exemption e` counts now: nobody has ended it, and by the evaluation clock it has not expired. So it is over by itself, in
 * every query at the same moment.
 */
export const EXEMPTION_COUNTS = `e.ended_at_ms IS NULL
  AND (e.expires_at_ms IS NULL OR e.expires_at_ms > (SELECT now_ms FROM finding_clock))`;

/** Whether `finding x` is one that `finding_exemption e` is about; each half is found by an index: of a subject first, whatever its rule. */
const ABOUT_SCOPE = `e.subject_kind = 'scope' AND x.rule_id = e.rule_id AND x.scope = e.subject_code`;
const ABOUT_SUBJECT = `x.subjects @> jsonb_build_object(e.subject_kind, e.subject_code)`;
const OF_ITS_TOWNSHIPS = '(e.townships IS NULL OR x.township_code = ANY(e.townships))';

/**
 * Rows `(finding_id, exemption_id)`: what is set aside now, by which exemption. One exemption after the other (OFFSET keeps it so): how many findings
 * name a subject is unknown to the planner, which would else compare every finding with every exemption.
 */
export const SET_ASIDE = `
  SELECT x.id AS finding_id, e.id AS exemption_id FROM finding_exemption e JOIN finding x ON ${ABOUT_SCOPE}
  WHERE ${isShown('x')} AND ${EXEMPTION_COUNTS} AND ${OF_ITS_TOWNSHIPS}
  UNION ALL SELECT x.id, e.id FROM finding_exemption e,
    LATERAL (SELECT x.id, x.rule_id, x.township_code FROM finding x WHERE ${ABOUT_SUBJECT} AND ${isShown('x')} OFFSET 0) x
  WHERE e.subject_kind <> 'scope' AND x.rule_id = e.rule_id AND ${EXEMPTION_COUNTS} AND ${OF_ITS_TOWNSHIPS}`;

/**
 * The same of the findings of `$1`, which the planner begins with: for what changes them or shows them, a page at a time. Of {@link SET_ASIDE} every
 * subject of every exemption would be looked for first. Both say the same.
 */
export const SET_ASIDE_AMONG = `
  SELECT x.id AS finding_id, e.id AS exemption_id FROM finding x JOIN finding_exemption e ON ${ABOUT_SCOPE}
  WHERE x.id = ANY($1) AND ${isShown('x')} AND ${EXEMPTION_COUNTS} AND ${OF_ITS_TOWNSHIPS}
  UNION ALL SELECT x.id, e.id FROM finding x JOIN finding_exemption e ON e.subject_kind <> 'scope' AND x.rule_id = e.rule_id
  WHERE x.id = ANY($1) AND ${ABOUT_SUBJECT} AND ${isShown('x')} AND ${EXEMPTION_COUNTS} AND ${OF_ITS_TOWNSHIPS}`;

const idSchema = z.object({ finding_id: z.string() });

/** Those of the findings that are set aside now: nobody is told of them. */
export async function setAsideAmong(client: Queryable, findingIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (findingIds.length === 0) return new Set();
  const found = await rows(client, idSchema, SET_ASIDE_AMONG, [findingIds]);
  return new Set(found.map(({ finding_id: id }) => id));
}

/** Those of the findings that wait for people: open, shown, and not set aside. */
export async function awaitingPeople(client: Queryable, findingIds: readonly string[]): Promise<ReadonlySet<string>> {
  const open = await rows(
    client,
    z.object({ id: z.string() }),
    `SELECT f.id FROM finding f WHERE f.id = ANY($1) AND f.status = 'open' AND ${isShown('f')}`,
    [findingIds],
  );
  const aside = await setAsideAmong(client, findingIds);
  return new Set(open.flatMap(({ id }) => (aside.has(id) ? [] : [id])));
}
