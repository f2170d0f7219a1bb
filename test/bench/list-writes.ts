import { inTransaction, execute, row, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';

/** What the write of a thousand findings takes without something that lists need of it; in the middle of the rounds. */
export interface WriteRow {
  without: string;
  insert: WriteCost;
  /** Of open ones that the data no longer support. */
  withdraw: WriteCost;
}

export interface WriteCost {
  ms: number;
  /** Written to the database's log. */
  kilobytes: number;
}

/** Of one statement of the correlator. */
const FINDINGS = 1_000;
/** All ways in each, so that what the machine does beside meets all alike. */
const ROUNDS = 15;

const COUNTS = 'ALTER TABLE finding DISABLE TRIGGER USER';
const RANKS = 'DROP INDEX finding_rank';
const TEXTS = 'DROP INDEX IF EXISTS finding_text';
const UNITS = 'DROP INDEX finding_unit';

const WAYS: readonly { without: string; changes: readonly string[] }[] = [
  { without: 'nothing', changes: [] },
  { without: 'the kept counts', changes: [COUNTS] },
  { without: 'the index of ranks', changes: [RANKS] },
  { without: 'the index of texts', changes: [TEXTS] },
  { without: 'the index of units', changes: [UNITS] },
  { without: 'counts, ranks and texts', changes: [COUNTS, RANKS, TEXTS] },
];

const idSchema = z.object({ id: z.string() });
const placeSchema = z.object({ place: z.string() });
const bytesSchema = z.object({ bytes: z.int() });
/** Thrown so that nothing is kept: every way meets the same table. */
class Measured extends Error {}

/**
 * @param size findings that are there, by number
 * @param store writes new ones
 */
export async function benchWrites(
  pool: Pool,
  size: number,
  store: (client: ClientBase, numbers: { from: number; to: number }) => Promise<void>,
): Promise<readonly WriteRow[]> {
  const ways = WAYS.map((way) => ({ ...way, inserts: [] as WriteCost[], withdrawals: [] as WriteCost[] }));
  for (let round = 0; round < ROUNDS; round++) {
    const from = size + round * FINDINGS + 1;
    const open = await openOnes(pool, round);
    // Another in each round: the first to touch a page writes all of it to the log.
    const first = round % ways.length;
    for (const { changes, inserts, withdrawals } of [...ways.slice(first), ...ways.slice(0, first)]) {
      inserts.push(await cost(pool, changes, (client) => store(client, { from, to: from + FINDINGS - 1 })));
      withdrawals.push(await cost(pool, changes, (client) => withdraw(client, open)));
    }
  }
  return ways.map(({ without, inserts, withdrawals }) => ({ without, insert: middle(inserts), withdraw: middle(withdrawals) }));
}

/** Some from all over the table, others in each round. */
async function openOnes(pool: Pool, round: number): Promise<readonly string[]> {
  const sql = `SELECT id FROM finding WHERE status = 'open' ORDER BY md5(id || $1) LIMIT $2`;
  return (await rows(pool, idSchema, sql, [String(round), FINDINGS])).map(({ id }) => id);
}

/** As writeFindings does. */
async function withdraw(client: ClientBase, ids: readonly string[]): Promise<void> {
  await execute(
    client,
    `UPDATE finding f SET status = 'withdrawn', holds = false, last_changed_at_ms = f.last_changed_at_ms + 1 FROM unnest($1::text[]) AS r (id) WHERE f.id = r.id`,
    [ids],
  );
}

async function cost(pool: Pool, changes: readonly string[], write: (client: ClientBase) => Promise<void>): Promise<WriteCost> {
  let measured: WriteCost | undefined;
  try {
    await inTransaction(pool, async (client) => {
      for (const change of changes) await execute(client, change);
      const { place } = await row(client, placeSchema, 'SELECT pg_current_wal_insert_lsn()::text AS place');
      const startMs = performance.now();
      await write(client);
      const ms = performance.now() - startMs;
      const sql = 'SELECT (pg_current_wal_insert_lsn() - $1::pg_lsn)::bigint AS bytes';
      measured = { ms, kilobytes: (await row(client, bytesSchema, sql, [place])).bytes / 1_024 };
      throw new Measured();
    });
  } catch (error) {
    if (!(error instanceof Measured)) throw error;
  }
  if (!measured) throw new Error('nothing was measured');
  return measured;
}

function middle(costs: readonly WriteCost[]): WriteCost {
  const of = (key: keyof WriteCost) =>
    costs.map((one) => one[key]).toSorted((a, b) => a - b)[Math.floor(costs.length / 2)] ?? Number.NaN;
  return { ms: of('ms'), kilobytes: of('kilobytes') };
}
