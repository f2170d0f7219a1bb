import { MAX_TRACES, type Edit, type LandedBatch } from '@tianyan/contracts';
import { answerKey } from '@tianyan/rules';
import { logTable, readRows, type SqlQuery, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import type { EvaluatedScopes, FindingStore } from './finding-store.js';
import type { Cause, CauseRecord } from './model.js';

type Landed = Pick<LandedBatch, 'batch' | 'type' | 'traces' | 'edited'>;

/** Why scopes are evaluated now. */
export type Occasion =
  | {
      kind: 'records';
      landed: readonly Landed[];
      /** Much that has come for many scopes: which of it touched a scope is looked up for each, and where nothing is found nothing is named. */
      together?: true;
    }
  | { kind: 'time' }
  | { kind: 'sweep'; sweepId: string };

/** Records named per finding: a person wants to know which correction it was, not to read a whole import. */
export const MAX_CAUSE_RECORDS = 20;
/** Batches named per finding; during a first load hundreds are taken together, and the records say which one it was. */
const MAX_CAUSE_BATCHES = 20;

/** Edited records looked up per round: a whole group of quarantined rows may come at once. */
const MAX_EDITED_RECORDS = 10_000;

const editedSchema = z.object({
  id: z.string(),
  version: z.coerce.number(),
  streamOffset: z.coerce.number(),
  editedBy: z.string(),
  reviewedBy: z.string(),
  editReason: z.string(),
  editOf: z.string(),
});
type Edited = z.infer<typeof editedSchema>;
/** Edited records of the landed batches, by record type and id. */
type EditedRecords = ReadonlyMap<string, readonly Edited[]>;

const rowSchema = z.object({
  scope: z.string(),
  id: z.string(),
  version: z.coerce.number(),
  streamOffset: z.coerce.number(),
  hash: z.string(),
  atMs: z.coerce.number(),
  deleted: z.coerce.boolean(),
  batch: z.string(),
});

/** By record type, scopes. */
export type TouchedByType = ReadonlyMap<string, ReadonlySet<string>>;

type Work = Pick<EvaluatedScopes, 'group' | 'scopes'>;
export type JudgedScopes = EvaluatedScopes & { touchedBy?: TouchedByType | undefined };
/** Rule and scope of each finding that the data support. */
export type Supported = readonly (readonly [string, string])[];

/** Where the records of these batches came from; at most {@link MAX_TRACES}. */
export function namedTraces(landed: readonly Pick<LandedBatch, 'traces'>[]): string[] {
  return [...new Set(landed.flatMap(({ traces }) => traces ?? []))].slice(0, MAX_TRACES);
}

/** Finds the records behind a change, so that a withdrawal can say which correction withdrew it. */
export class CauseFinder {
  constructor(private readonly input: { warehouse: WarehouseReader; store: Pick<FindingStore, 'supported'> }) {}

  /** Which findings hold in scopes that are judged, piece by piece: asked while they are, so that nothing waits for it. */
  async supported(occasion: Occasion, work: readonly Work[]): Promise<readonly Supported[]> {
    if (occasion.kind !== 'records') return [];
    const { store } = this.input;
    return Promise.all(
      work.map(({ group, scopes }) =>
        store.supported(
          group.rules.map((rule) => rule.id),
          scopes,
        ),
      ),
    );
  }

  /**
   * Looks records up for findings that are about to lose their support: there are few, and there it matters; and where
   * a person had a hand in one of the records, for every finding, so that none changes by a hand that is not named.
   * @param supported of the same pieces, see {@link supported}
   */
  async find(
    occasion: Occasion,
    evaluated: readonly JudgedScopes[],
    supported: readonly Supported[],
  ): Promise<(ruleId: string, scope: string) => Cause> {
    if (occasion.kind !== 'records') return () => occasion;
    const batches = [...new Set(occasion.landed.map((landed) => landed.batch))].slice(0, MAX_CAUSE_BATCHES);
    const byKey = new Map<string, CauseRecord[]>();
    const edited = await this.edited(occasion.landed);
    // Groups share no rule, and so no key.
    await Promise.all(
      evaluated.map(async (part, i) => {
        await this.collect(occasion, part, supported[i] ?? [], { byKey, edited });
        await this.collectEdited(occasion.landed, part, byKey, edited);
      }),
    );
    return (ruleId, scope) => {
      const records = byKey.get(answerKey(ruleId, scope)) ?? [];
      const otherwise = occasion.together ? [] : batches;
      const named = records.length > 0 ? [...new Set(records.map((record) => record.batch))] : otherwise;
      const traces = namedTraces(occasion.landed.filter(({ batch }) => named.includes(batch)));
      return { kind: 'records', batches: named, records, ...(traces.length > 0 ? { traces } : {}) };
    };
  }

  private async collect(
    { landed, together }: Extract<Occasion, { kind: 'records' }>,
    { group, evaluations, touchedBy }: JudgedScopes,
    supported: Supported,
    { byKey, edited }: { byKey: Map<string, CauseRecord[]>; edited: EditedRecords },
  ): Promise<void> {
    const hits = new Set(
      evaluations.filter((evaluation) => evaluation.hit).map((evaluation) => answerKey(evaluation.ruleId, evaluation.scope)),
    );
    const losing = supported.filter(([ruleId, scope]) => !hits.has(answerKey(ruleId, scope)));
    const gaining = together ? evaluations.filter(({ hit }) => hit).map(({ ruleId, scope }) => [ruleId, scope] as const) : [];
    const asked = [...losing, ...gaining];
    if (asked.length === 0) return;
    const records = await this.records(
      landed,
      { group, touchedBy, scopes: [...new Set(asked.map(([, scope]) => scope))] },
      edited,
    );
    for (const [ruleId, scope] of asked) byKey.set(answerKey(ruleId, scope), records.get(scope) ?? []);
  }

  /** Findings that open, change or hold on: of all that landed, only what a person had a hand in. */
  private async collectEdited(
    landed: readonly Landed[],
    { group, scopes, touchedBy }: JudgedScopes,
    byKey: Map<string, CauseRecord[]>,
    edited: EditedRecords,
  ): Promise<void> {
    if (edited.size === 0) return;
    const byHand = landed.filter((batch) => (batch.edited ?? 0) > 0);
    for (const [scope, records] of await this.records(byHand, { group, touchedBy, scopes }, edited)) {
      const named = records.filter(({ edit }) => edit !== undefined);
      if (named.length === 0) continue;
      for (const { id } of group.rules) {
        const key = answerKey(id, scope);
        if (!byKey.get(key)?.some(({ edit }) => edit !== undefined)) byKey.set(key, [...named, ...(byKey.get(key) ?? [])]);
      }
    }
  }

  private async edited(landed: readonly Landed[]): Promise<EditedRecords> {
    const byRecord = new Map<string, Edited[]>();
    const byHand = landed.filter((batch) => (batch.edited ?? 0) > 0);
    for (const [type, announced] of Map.groupBy(byHand, (item) => item.type)) {
      const rows = await readRows(this.input.warehouse, editedSchema, {
        sql: `SELECT id, version, streamOffset, editedBy, reviewedBy, editReason, editOf FROM ${logTable(type)}
          WHERE batch IN (SELECT arrayJoin({batches:Array(String)})) AND editedBy != '' LIMIT ${MAX_EDITED_RECORDS}`,
        params: { batches: announced.map(({ batch }) => batch) },
      });
      for (const row of rows) {
        const key = `${type}\n${row.id}`;
        byRecord.set(key, [...(byRecord.get(key) ?? []), row]);
      }
    }
    return byRecord;
  }

  private async records(
    landed: readonly Landed[],
    { group, touchedBy, scopes }: Work & Pick<JudgedScopes, 'touchedBy'>,
    edited: EditedRecords,
  ): Promise<Map<string, CauseRecord[]>> {
    const byScope = new Map<string, CauseRecord[]>();
    const answers = await Promise.all(
      [...Map.groupBy(landed, (item) => item.type)].map(async ([type, announced]) => {
        const batches = announced.map((item) => item.batch);
        const touched = touchedBy?.get(type);
        const asked = touched ? scopes.filter((scope) => touched.has(scope)) : scopes;
        const query = asked.length > 0 ? group.touching(type, batches, asked) : null;
        // What landed together is little: to tell several threads what to do costs more than they save.
        return { type, rows: query ? await readRows(this.input.warehouse, rowSchema, oneThread(query)) : [] };
      }),
    );
    for (const { type, rows } of answers) {
      for (const { scope, ...record } of rows) {
        const named = byScope.get(scope) ?? [];
        const edit = editOf(edited.get(`${type}\n${record.id}`), record);
        // Never cut: in a full list the one that a person changed would be the one that is missing.
        if (edit) byScope.set(scope, [{ type, ...record, edit }, ...named].slice(0, MAX_CAUSE_RECORDS));
        else if (named.length < MAX_CAUSE_RECORDS) byScope.set(scope, [...named, { type, ...record }]);
      }
    }
    return byScope;
  }
}

function oneThread({ sql, params }: SqlQuery): SqlQuery {
  return { sql: `${sql}\nSETTINGS max_threads = 1`, params };
}

/** A row that ended an older place of a record is a copy of what stood there, and the edit is that of its successor. */
function editOf(edited: readonly Edited[] | undefined, record: Omit<CauseRecord, 'type'>): Edit | undefined {
  const found =
    edited?.find(({ version, streamOffset }) => version === record.version && streamOffset === record.streamOffset) ??
    (record.deleted ? edited?.[0] : undefined);
  if (!found) return undefined;
  const { editedBy, reviewedBy, editReason, editOf: original } = found;
  return { editedBy, reviewedBy, editReason, editOf: original };
}
