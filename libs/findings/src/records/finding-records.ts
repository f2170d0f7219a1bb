import {
  MAX_CODE_CHARS,
  platformFinding,
  recordHash,
  recordTopic,
  toWire,
  wireHeaders,
  type AnyRecord,
  type FieldValues,
} from '@tianyan/contracts';
import type { Clock } from '@tianyan/kernel';
import { execute, inTransaction, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { takeCommitLock } from '../commit-lock.js';
import { SET_ASIDE } from '../exemptions/set-aside.js';
import { severityOfRank } from '../finding-rows.js';
import { noteRecords } from './finding-record-rows.js';

/** `source` of these records. */
const OWN_SOURCE = 'tianyan';

/** Records of one publishing: a few hundred kilobytes, and a commit that waits for the mark waits for milliseconds. */
export const MAX_RECORDS_AT_ONCE = 500;

/** Findings whose exemption has begun or ended that are looked at in one transaction. */
const MAX_ASIDE_AT_ONCE = 500;

/** Where records go; a producer of the stream fits. */
export interface RecordStream {
  publish(
    topic: string,
    messages: readonly { key: string; value: string; headers?: Readonly<Record<string, string>> }[],
  ): Promise<void>;
}

const pendingSchema = z.object({
  finding_id: z.string(),
  version: z.int(),
  counts: z.boolean(),
  at_ms: z.int(),
  fields: z.record(z.string(), z.unknown()),
});
type Pending = z.output<typeof pendingSchema>;

const idSchema = z.object({ finding_id: z.string() });

/**
 * Findings as records of `platform.finding`: what one rule has found is what another one reads. The records stand in a table beside the
 * findings and go to the stream from there, one publisher at a time: at least once, each finding's versions in order.
 */
export class FindingRecords {
  constructor(private readonly parts: { pool: Pool; stream: RecordStream; countyClock: Clock }) {}

  /** @returns how many records were published or looked at; more may wait */
  async publish(): Promise<number> {
    const moved = await this.noteAside();
    return moved + (await this.publishPending());
  }

  private async publishPending(): Promise<number> {
    const { pool, stream, countyClock } = this.parts;
    const pending = await rows(
      pool,
      pendingSchema,
      'SELECT finding_id, version, counts, at_ms, fields FROM finding_record WHERE pending ORDER BY version LIMIT $1',
      [MAX_RECORDS_AT_ONCE],
    );
    if (pending.length === 0) return 0;
    const receivedAtMs = countyClock.nowMs();
    await stream.publish(
      recordTopic(platformFinding.type),
      pending.map((row) => {
        const record = recordOf(row, receivedAtMs);
        return { key: record.id, value: toWire(record), headers: wireHeaders(record) };
      }),
    );
    // Whoever dies here publishes the same versions once more, which changes nothing. What has changed since is another version.
    await inTransaction(pool, async (client) => {
      await takeCommitLock(client);
      await execute(
        client,
        `UPDATE finding_record r SET pending = false FROM unnest($1::text[], $2::bigint[]) AS done (finding_id, version)
         WHERE r.finding_id = done.finding_id AND r.version = done.version`,
        [pending.map((row) => row.finding_id), pending.map(({ version }) => version)],
      );
    });
    return pending.length;
  }

  /** Exemptions begin and end without a change of the finding, some of them by time alone. */
  private async noteAside(): Promise<number> {
    const { pool } = this.parts;
    const moved = await rows(
      pool,
      idSchema,
      `WITH aside AS MATERIALIZED (SELECT DISTINCT finding_id FROM (${SET_ASIDE}) one)
       SELECT r.finding_id FROM finding_record r JOIN aside USING (finding_id) WHERE NOT r.aside
       UNION ALL SELECT r.finding_id FROM finding_record r WHERE r.aside AND NOT EXISTS (SELECT FROM aside a WHERE a.finding_id = r.finding_id)
       LIMIT $1`,
      [MAX_ASIDE_AT_ONCE],
    );
    if (moved.length === 0) return 0;
    await inTransaction(pool, async (client) => {
      await takeCommitLock(client);
      await noteRecords(
        client,
        moved.map(({ finding_id: id }) => id),
        null,
      );
    });
    return moved.length;
  }
}

function recordOf({ finding_id: id, version, counts, at_ms: atMs, fields: said }: Pending, receivedAtMs: number): AnyRecord {
  const envelope = { id, source: OWN_SOURCE, version, atMs, receivedAtMs };
  if (!counts) {
    const content = { op: 'delete', version, atMs, fields: null, raw: '' } as const;
    return { ...envelope, ...content, hash: recordHash(platformFinding.type, content) };
  }
  const fields = fieldsOf(said);
  const content = { op: 'upsert', version, atMs, fields, raw: JSON.stringify(fields) } as const;
  return { ...envelope, ...content, hash: recordHash(platformFinding.type, content) };
}

/** Of the subjects those that the contract knows, in the order of the contract: a repeat is the same byte for byte. */
function fieldsOf(said: Readonly<Record<string, unknown>>): FieldValues {
  const { ruleId, severity, problemClass, unitId, leadUnitId } = said;
  const subjects = { ...said, unitId: unitId ?? leadUnitId };
  const optional = Object.entries(platformFinding.fields).filter(([, meta]) => meta.optional);
  return {
    ruleId: String(ruleId),
    severity: severityOfRank(Number(severity)),
    problemClass: String(problemClass),
    ...Object.fromEntries(optional.map(([name]) => [name, codeOrNull(new Map(Object.entries(subjects)).get(name))])),
  };
}

/** The author of a rule may call a subject like a field of ours and take it from a text: what is no code is left out. */
function codeOrNull(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const code = value.trim();
  return code !== '' && code.length <= MAX_CODE_CHARS && code.isWellFormed() ? code : null;
}
