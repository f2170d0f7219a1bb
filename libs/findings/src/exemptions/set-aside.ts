import { rows, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { isShown } from '../rule-sets/shadow.js';

/**
 * `finding_exemption e` counts now: nobody has ended it, and by the evaluation clock it has not expired. So it is over by itself, in
 * every query at the same moment.
 */
export const EXEMPTION_COUNTS = `e.ended_at_ms IS NULL
  AND (e.expires_at_ms IS NULL OR e.expires_at_ms > (SELECT now_ms FROM finding_clock))`;

/** Whether `finding x` is one that `finding_exemption e` is about; each half is found by an index. */
const ABOUT_SCOPE = `e.subject_kind = 'scope' AND x.rule_id = e.rule_id AND x.scope = e.subject_code`;
const ABOUT_SUBJECT = `e.subject_kind <> 'scope' AND x.rule_id = e.rule_id
  AND x.subjects @> jsonb_build_object(e.subject_kind, e.subject_code)`;
const OF_ITS_TOWNSHIPS = '(e.townships IS NULL OR x.township_code = ANY(e.townships))';

/** Rows `(finding_id, exemption_id)`: what is set aside now, by which exemption. */
export const SET_ASIDE = `
  SELECT x.id AS finding_id, e.id AS exemption_id FROM finding_exemption e JOIN finding x ON ${ABOUT_SCOPE}
  WHERE ${isShown('x')} AND ${EXEMPTION_COUNTS} AND ${OF_ITS_TOWNSHIPS}
  UNION ALL SELECT x.id, e.id FROM finding_exemption e JOIN finding x ON ${ABOUT_SUBJECT}
  WHERE ${isShown('x')} AND ${EXEMPTION_COUNTS} AND ${OF_ITS_TOWNSHIPS}`;

const idSchema = z.object({ finding_id: z.string() });

/** Those of the findings that are set aside now: nobody is told of them. */
export async function setAsideAmong(client: Queryable, findingIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (findingIds.length === 0) return new Set();
  const found = await rows(client, idSchema, `SELECT finding_id FROM (${SET_ASIDE}) aside WHERE finding_id = ANY($1)`, [
    findingIds,
  ]);
  return new Set(found.map(({ finding_id: id }) => id));
}
