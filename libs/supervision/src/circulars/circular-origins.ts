import type { Reach } from '@tianyan/access';
import { isShown } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import { row, rows, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import type { CircularOrigin } from '../api/circular-words.js';
import { isOriginSeen } from './circular-rows.js';

const NOUNS = { finding: '疑点', clue: '线索', letter: '督办函' } as const;
const ORIGINS = `unnest($1::text[], $2::text[]) AS o (kind, origin_id)`;
const columnsOf = (origins: readonly CircularOrigin[]) => [origins.map(({ kind }) => kind), origins.map(({ id }) => id)] as const;

/** The clue that `o` is, or that the letter came from. */
const IS_CLUE_OF_ORIGIN = `c.id = CASE o.kind WHEN 'clue' THEN o.origin_id
  WHEN 'letter' THEN (SELECT l.clue_id FROM supervision_letter l WHERE l.id = o.origin_id) END`;
/** Merged, its findings stand with what it became. */
const HELD_BY = 'coalesce(c.merged_into, c.id)';

const seenSchema = z.object({
  kind: z.enum(['finding', 'clue', 'letter']),
  townships: z.array(z.string()).nullable(),
  seen: z.boolean(),
});

/** Where they lie together; null: some lie in no township. Throws RefusedError('not-found') for what is out of reach. */
export async function originTownships(
  db: Queryable,
  reach: Reach,
  origins: readonly CircularOrigin[],
): Promise<readonly string[] | null> {
  const found = await rows(
    db,
    seenSchema,
    `SELECT o.kind, (${isOriginSeen('$3', '$4')}) AS seen,
       CASE o.kind WHEN 'finding' THEN (SELECT CASE WHEN f.township_code IS NULL THEN NULL ELSE ARRAY[f.township_code] END FROM finding f WHERE f.id = o.origin_id AND ${isShown('f')})
         WHEN 'clue' THEN (SELECT c.townships FROM clue c WHERE c.id = o.origin_id)
         ELSE (SELECT l.townships FROM supervision_letter l WHERE l.id = o.origin_id) END AS townships
     FROM ${ORIGINS}`,
    [...columnsOf(origins), reach.parameter, reach.userId],
  );
  const unseen = found.find(({ seen }) => !seen);
  if (unseen) throw new RefusedError('not-found', `没有这条${NOUNS[unseen.kind]}，可能链接有误，请回到列表重新打开。`);
  const all = new Set<string>();
  for (const { townships } of found) {
    if (townships === null) return null;
    for (const code of townships) all.add(code);
  }
  return [...all].toSorted((a, b) => a.localeCompare(b));
}

const countsSchema = z.object({ withdrawn: z.int(), dismissed: z.int(), clues: z.int(), letters: z.int() });

/**
 * What of the origins does not hold any more: findings that the data have withdrawn or a person has dismissed, also those behind a clue or a letter;
 * letters that were withdrawn. In Chinese, for whoever is about to issue the circular.
 */
export async function originWarnings(db: Queryable, origins: readonly CircularOrigin[]): Promise<readonly string[]> {
  const found = await row(
    db,
    countsSchema,
    `WITH origin AS (SELECT * FROM ${ORIGINS}),
       clues AS (SELECT o.kind, ${HELD_BY} AS held_by FROM origin o JOIN clue c ON ${IS_CLUE_OF_ORIGIN}),
       about AS (
         SELECT origin_id AS id FROM origin WHERE kind = 'finding'
         UNION SELECT l.finding_id FROM origin o JOIN supervision_letter l ON o.kind = 'letter' AND l.id = o.origin_id
         UNION SELECT m.finding_id FROM clues c JOIN clue_finding m ON m.clue_id = c.held_by)
     SELECT (SELECT count(*) FROM finding f JOIN about USING (id)
         WHERE ${isShown('f')} AND (f.status = 'withdrawn' OR (f.status = 'promoted' AND NOT f.holds)))::int AS withdrawn,
       (SELECT count(*) FROM finding f JOIN about USING (id) WHERE ${isShown('f')} AND f.status = 'dismissed')::int AS dismissed,
       (SELECT count(*) FROM clues c WHERE c.kind = 'clue' AND NOT EXISTS (SELECT FROM clue_finding m WHERE m.clue_id = c.held_by)
         AND NOT EXISTS (SELECT FROM clue k WHERE k.id = c.held_by AND k.campaign_task_id IS NOT NULL))::int AS clues,
       (SELECT count(*) FROM origin o JOIN supervision_letter l ON o.kind = 'letter' AND l.id = o.origin_id WHERE l.state = 'withdrawn')::int AS letters`,
    [...columnsOf(origins)],
  );
  return [
    ...(found.withdrawn > 0 ? [`有 ${found.withdrawn} 条疑点的数据已不再支持（已撤回）`] : []),
    ...(found.dismissed > 0 ? [`有 ${found.dismissed} 条疑点已核实排除`] : []),
    ...(found.clues > 0 ? [`有 ${found.clues} 条线索已没有疑点支持`] : []),
    ...(found.letters > 0 ? [`有 ${found.letters} 份督办函已撤回`] : []),
  ];
}

const originSchema = z.object({ kind: z.enum(['finding', 'clue', 'letter']), id: z.string() });

/** What a circular was drafted from. */
export function originsOf(db: Queryable, circularId: string): Promise<readonly CircularOrigin[]> {
  const sql = 'SELECT kind, origin_id AS id FROM supervision_circular_origin WHERE circular_id = $1';
  return rows(db, originSchema, sql, [circularId]);
}

const circleSchema = z.object({ circle: z.array(z.string()) });
const classesSchema = z.object({ classes: z.array(z.string()).nullable() });

/** What of the origins decides who may be told of the circular, beside where they lie. */
export interface OriginLimits {
  /** Who alone may know of all of them; null: whoever's reach they lie in. */
  circleIds: readonly string[] | null;
  /** Classes of what was found; null: of some it is not known. */
  problemClasses: readonly string[] | null;
}

export async function originLimits(db: Queryable, origins: readonly CircularOrigin[]): Promise<OriginLimits> {
  return { circleIds: await originCircle(db, origins), problemClasses: await originClasses(db, origins) };
}

async function originClasses(db: Queryable, origins: readonly CircularOrigin[]): Promise<readonly string[] | null> {
  const found = await rows(
    db,
    classesSchema,
    // An order of a campaign has no class, and is seen by its township alone.
    `SELECT CASE WHEN l.campaign_task_id IS NOT NULL THEN '{}'::text[]
         WHEN a.finding_id IS NOT NULL THEN (SELECT ARRAY[f.problem_class] FROM finding f WHERE f.id = a.finding_id AND ${isShown('f')})
         ELSE (SELECT c.problem_classes FROM clue c WHERE c.id = a.clue_id) END AS classes
     FROM ${ORIGINS} LEFT JOIN supervision_letter l ON o.kind = 'letter' AND l.id = o.origin_id
     CROSS JOIN LATERAL (SELECT CASE o.kind WHEN 'finding' THEN o.origin_id ELSE l.finding_id END AS finding_id,
       CASE o.kind WHEN 'clue' THEN o.origin_id ELSE l.clue_id END AS clue_id) a`,
    [...columnsOf(origins)],
  );
  return found.some(({ classes }) => classes === null) ? null : [...new Set(found.flatMap(({ classes }) => classes ?? []))];
}

async function originCircle(db: Queryable, origins: readonly CircularOrigin[]): Promise<readonly string[] | null> {
  const [first, ...others] = await rows(
    db,
    circleSchema,
    `SELECT i.circle FROM ${ORIGINS} JOIN clue c ON ${IS_CLUE_OF_ORIGIN}
     JOIN clue i ON i.circle IS NOT NULL AND i.id IN (c.id, c.merged_into)`,
    [...columnsOf(origins)],
  );
  return first ? first.circle.filter((id) => others.every(({ circle }) => circle.includes(id))) : null;
}
