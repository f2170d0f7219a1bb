import type { Reach } from '@tianyan/access';
import { RefusedError, sha256Hex } from '@tianyan/kernel';
import {
  execute,
  inSnapshot,
  inTransaction,
  lockInTransaction,
  maybeRow,
  row,
  rows,
  type ClientBase,
  type Pool,
  type Queryable,
} from '@tianyan/postgres';
import { z } from 'zod';
import { FORMS } from './api/index.js';
import type { CluePerson } from './clue-queries.js';
import { clueNumber, isSeen } from './clue-rows.js';
import { found, lockClues } from './clue-writes.js';
import { hasWithdrawn, isRecused } from './recusals.js';

/** Of one name: more people cannot be told apart in a list, and whoever asks has to say more about whom. */
const MAX_SAME_NAME = 50;
/** Clues of one person on a page: each is read with its history; the newest are shown. */
const MAX_PERSON_CLUES = 20;
/** Entries of one person: one clue may name somebody more than once, but not without end. */
const MAX_ENTRIES = 200;

/** A person as one clue names them. */
export interface NamedPerson extends CluePerson {
  /** What all entries of one person have in common, of whom somebody has said so (同一人). */
  identityId: string;
  clueId: string;
  clueNumber: string;
}

/** A person with all clues that name them, within what whoever asks may see. */
export interface FoundPerson {
  /** The entry that was asked for first, then those of the newest clues. */
  entries: readonly [NamedPerson, ...NamedPerson[]];
  /** The clues of the entries, and those that became part of them after they had named the person. */
  clueIds: readonly string[];
  /** There are more clues than are shown. */
  truncated: boolean;
}

const namedSchema = z
  .object({
    id: z.string(),
    identity_id: z.string(),
    clue_id: z.string(),
    year: z.int(),
    number: z.int(),
    name: z.string(),
    unit: z.string(),
    post: z.string().nullable(),
    form: z.enum(FORMS).nullable(),
    measure: z.string().nullable(),
  })
  .transform(({ identity_id: identityId, clue_id: clueId, year, number, ...person }): NamedPerson => ({
    ...person,
    identityId,
    clueId,
    clueNumber: clueNumber(year, number),
  }));
const idSchema = z.object({ id: z.string() });
const identitySchema = z.object({ identity_id: z.string(), counted_as: z.string() });
const knownSchema = z.object({ known: z.boolean() });

const NAMED = 'p.id, p.identity_id, p.clue_id, c.year, c.number, p.name, p.unit, p.post, p.form, p.measure';
/**
 * Whether `clue c` is looked through for people: it may be seen, and whoever asks has not withdrawn from it, nor from what became part of it. Who stays
 * away from a clue about a relative must not read the relative's other clues beside it.
 */
const IS_LOOKED_THROUGH = `(${isSeen('$1', '$2')} AND NOT ${hasWithdrawn('$2')})`;

/** What an entry is counted by: who is one person as it was said, and in statistics. */
export interface Identity {
  identityId: string;
  countedAs: string;
}

/** Nothing was said of somebody whose name is known. It tells whoever asks that it is: see to it that it is on record. */
export class NameKnownError extends RefusedError {
  constructor() {
    super('conflict', '您看得到的线索里已有同名的人员，请先核对，再选择“同一人”或“另一人”。');
  }
}

/** People whom clues name, within the reach of who asks: who is named out of it alone is answered like who does not exist. */
export class CluePeople {
  constructor(private readonly pool: Pool) {}

  /** Those of exactly this name, the newest clues first. Throws RefusedError('too-many'). */
  sameNamed(reach: Reach, name: string): Promise<readonly NamedPerson[]> {
    return sameNamed(this.pool, reach, name);
  }

  /** Null: the clue lies out of reach, or does not name them. */
  find(reach: Reach, { clueId, personId }: { clueId: string; personId: string }): Promise<FoundPerson | null> {
    return inSnapshot(this.pool, async (client) => {
      // Which of them is asked for is seen afterwards: where its own clue may not be seen, it is none of them.
      const [asked, ...others] = await rows(
        client,
        namedSchema,
        `SELECT ${NAMED} FROM clue_person p JOIN clue c ON c.id = p.clue_id
         WHERE p.identity_id = (SELECT asked.identity_id FROM clue_person asked WHERE asked.id = $3 AND asked.clue_id = $4) AND ${IS_LOOKED_THROUGH}
         ORDER BY (p.id = $3) DESC, c.year DESC, c.number DESC, p.id LIMIT ${MAX_ENTRIES + 1}`,
        [reach.parameter, reach.userId, personId, clueId],
      );
      if (asked?.id !== personId) return null;
      const all = [...new Set([asked, ...others].map((entry) => entry.clueId))];
      const shown = all.slice(0, MAX_PERSON_CLUES);
      const merged = await mergedClues(client, reach, { shown, personIds: [asked, ...others].map(({ id }) => id) });
      return {
        entries: [asked, ...others.filter((entry) => shown.includes(entry.clueId))],
        clueIds: [...shown, ...merged],
        truncated: all.length > shown.length || others.length >= MAX_ENTRIES,
      };
    });
  }

  /**
   * Says anew whether somebody whom a clue names is the same person as another (同一人) or somebody else (null). The other entries of before stay as
   * they are. Throws RefusedError: `not-found`, also for what is out of reach; `conflict` for whoever does not handle the clue; `invalid` for somebody of
   * another name, or who may not be seen.
   * @param asked.newId an identity of its own, where it is somebody else
   * @param record puts it on record in the same transaction
   */
  identify(
    reach: Reach,
    asked: { clueId: string; personId: string; sameAsId: string | null; newId: string },
    record: (client: ClientBase) => Promise<void>,
  ): Promise<void> {
    const { clueId, personId, sameAsId, newId } = asked;
    return inTransaction(this.pool, async (client) => {
      const { facts } = found(await lockClues(client, reach, [clueId]), clueId);
      if (facts.assigneeId !== reach.userId || (await isRecused(client, clueId, reach.userId)))
        throw new RefusedError('conflict', '是不是同一人由承办人认定，您不是这条线索的承办人。');
      const person = await maybeRow(
        client,
        z.object({ name: z.string() }),
        'SELECT name FROM clue_person WHERE id = $1 AND clue_id = $2',
        [personId, clueId],
      );
      if (!person) throw new RefusedError('not-found', NO_PERSON);
      const { identityId, countedAs } = await identityOf(client, reach, { name: person.name, sameAsId, newId, ownId: personId });
      await execute(client, 'UPDATE clue_person SET identity_id = $2, counted_as = $3 WHERE id = $1', [
        personId,
        identityId,
        countedAs,
      ]);
      await record(client);
    });
  }
}

export const NO_PERSON = '没有这名涉及人员，可能链接有误，请回到线索重新打开。';

/**
 * The identity that somebody takes on who is named in a clue. Whoever names them has seen those of the same name, and says; how many there are does not
 * matter here. Until the transaction has ended nobody else says anything of that name, so that two who name it at once do not both find nobody.
 * Throws {@link NameKnownError} where nothing was said and there are some; RefusedError('invalid') for somebody of another name, or who may not be seen.
 * @param named.sameAsId the other's entry; null: somebody else; undefined: nothing was said
 * @param named.newId an identity of their own
 */
export async function identityOf(
  client: ClientBase,
  reach: Reach,
  { name, sameAsId, newId, ownId }: { name: string; sameAsId: string | null | undefined; newId: string; ownId?: string },
): Promise<Identity> {
  await lockInTransaction(client, `clue-person/${sha256Hex(name)}`);
  const own = { identityId: newId, countedAs: newId };
  if (sameAsId === null) return own;
  const of = `FROM clue_person p JOIN clue c ON c.id = p.clue_id WHERE p.name = $3 AND p.id IS DISTINCT FROM $4 AND ${IS_LOOKED_THROUGH}`;
  const values = [reach.parameter, reach.userId, name, ownId ?? null];
  if (sameAsId === undefined) {
    const { known } = await row(client, knownSchema, `SELECT EXISTS (SELECT ${of}) AS known`, values);
    if (known) throw new NameKnownError();
    return own;
  }
  const sql = `SELECT p.identity_id, p.counted_as ${of} AND p.id = $5`;
  const other = await maybeRow(client, identitySchema, sql, [...values, sameAsId]);
  if (!other) throw new RefusedError('invalid', '选中的人员不在您看得到的同名人员里，请重新核对。');
  return { identityId: other.identity_id, countedAs: other.counted_as };
}

async function sameNamed(db: Queryable, reach: Reach, name: string): Promise<readonly NamedPerson[]> {
  const people = await rows(
    db,
    namedSchema,
    `SELECT ${NAMED} FROM clue_person p JOIN clue c ON c.id = p.clue_id WHERE p.name = $3 AND ${IS_LOOKED_THROUGH}
     ORDER BY c.year DESC, c.number DESC, p.id LIMIT ${MAX_SAME_NAME + 1}`,
    [reach.parameter, reach.userId, name],
  );
  if (people.length > MAX_SAME_NAME)
    throw new RefusedError(
      'too-many',
      `叫这个名字的涉及人员超过 ${MAX_SAME_NAME} 处，请从有关线索的页面打开；登记时可以先选“另一人”，查明后更正。`,
    );
  return people;
}

/** What named one of these, or took it over, before it became part of another: where it was found out, proposed and approved. */
async function mergedClues(
  client: ClientBase,
  reach: Reach,
  { shown, personIds }: { shown: readonly string[]; personIds: readonly string[] },
): Promise<string[]> {
  const merged = await rows(
    client,
    idSchema,
    `SELECT c.id FROM clue c WHERE c.merged_into = ANY($3) AND ${IS_LOOKED_THROUGH} AND EXISTS (SELECT FROM clue_step s
       WHERE s.clue_id = c.id AND ((s.content ->> 'step' = 'add-person' AND s.content ->> 'personId' = ANY($4))
         OR (s.content ->> 'step' = 'absorb' AND s.content -> 'personIds' ?| $4::text[])))
     ORDER BY c.year DESC, c.number DESC LIMIT ${MAX_PERSON_CLUES}`,
    [reach.parameter, reach.userId, shown, personIds],
  );
  return merged.map(({ id }) => id);
}
