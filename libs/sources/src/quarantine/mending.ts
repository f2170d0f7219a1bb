import type { Edit, Mapper } from '@tianyan/contracts';
import type { Clock } from '@tianyan/kernel';
import { execute, rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import type { Pipeline } from '../pipeline/pipeline.js';
import { mappingHash, type Mappers } from '../configured/mappers.js';
import type { SnapshotStore } from '../snapshot-diff/snapshot-store.js';
import { Correction, type Mended, type Outcome } from './correction.js';
import { isByHand, type Plan } from './plan.js';
import { storable, type QuarantineItem } from './quarantine-store.js';
import { groupKeyOf } from './refused-row.js';
import type { StoredRecord, StoredRecords } from './stored-records.js';

export type TriedPlan = Exclude<Plan, { kind: 'discard' }>;

/** A plan with what its records say of its people. */
export interface MarkedPlan {
  plan: TriedPlan;
  /** Sign-in name of who settles the rows. */
  actor: string;
  /** Of a mend; null for a single row replayed as it is. */
  mendId: number | null;
  /** What the records of a plan by hand carry; null for the source's own rows. */
  edit: Omit<Edit, 'editOf'> | null;
  /** Of a group no row may get an id by hand: two would get the same one. */
  group: boolean;
}

export interface Tried {
  item: QuarantineItem;
  outcome: Outcome;
}

const takenSchema = z.object({ type: z.string(), id: z.string() });

/** Tries plans on rows against what is stored, and publishes what holds. */
export class Mending {
  constructor(
    private readonly parts: {
      pipeline: Pick<Pipeline, 'publish'>;
      mappers: Pick<Mappers, 'of' | 'repeats'>;
      stored: Pick<StoredRecords, 'find'>;
      snapshots: Pick<SnapshotStore, 'remember'>;
      machineClock: Clock;
      countyClock: Clock;
    },
  ) {}

  async correction(item: Pick<QuarantineItem, 'source' | 'feed'>): Promise<Correction | null> {
    const mapper = await this.parts.mappers.of(item.source, item.feed);
    return mapper && new Correction(mapper, this.parts.countyClock.nowMs());
  }

  /** Digest of the mapping as it is now: a second person approves what comes out of this very one. Null without a mapping. */
  async mappingHash(item: Pick<QuarantineItem, 'source' | 'feed'>): Promise<string | null> {
    const mapper: Mapper | null = await this.parts.mappers.of(item.source, item.feed);
    return mapper && mappingHash(mapper.document);
  }

  /** What would become of the rows, all of one feed; changes nothing. */
  async try(items: readonly QuarantineItem[], plan: TriedPlan, options: { group: boolean }): Promise<Tried[]> {
    const [first] = items;
    if (!first) return [];
    const correction = await this.correction(first);
    if (!correction) return items.map((item) => ({ item, outcome: refused('这个数据源或它的映射已不在配置中，无法重放') }));
    const tried = items.map((item) => ({ item, outcome: correction.try(item, plan) }));
    const stored = await this.storedOf(tried);
    return tried.map(({ item, outcome }) => ({
      item,
      outcome: outcome.accepted ? against(item, outcome, stored, { ...options, byHand: isByHand(plan) }) : outcome,
    }));
  }

  /**
   * Publishes what holds and settles it, on rows that the transaction has locked, so that no second hand publishes them.
   * When the transaction is lost after the stream has them, they are published once more, with the same content.
   */
  async apply(client: ClientBase, items: readonly QuarantineItem[], marked: MarkedPlan): Promise<Tried[]> {
    const tried = await this.try(items, marked.plan, { group: marked.group });
    const checked = await this.withoutTaken(client, tried);
    const records = checked.flatMap(({ item, outcome }) =>
      outcome.accepted ? outcome.records.map((mended) => withEdit(mended, marked.edit, item)) : [],
    );
    if (records.length > 0) await this.parts.pipeline.publish(records);
    const [first] = items;
    // As for rows that were never refused: what a full list is not known to have held, it can never lose.
    if (first && this.parts.mappers.repeats(first.source, first.feed)) await this.parts.snapshots.remember(first, records);
    await this.settle(client, checked, marked);
    return checked;
  }

  /** Ids that a mended row took a moment ago and the warehouse does not show yet. */
  private async withoutTaken(client: ClientBase, tried: readonly Tried[]): Promise<Tried[]> {
    const wanted = tried.flatMap(({ item, outcome }) =>
      outcome.accepted
        ? outcome.records.filter(({ mustBeNew }) => mustBeNew).map(({ type, record }) => [type, record.id, item.id])
        : [],
    );
    if (wanted.length === 0) return [...tried];
    const clashing = await rows(
      client,
      takenSchema,
      `SELECT DISTINCT w.type, w.id FROM unnest($1::text[], $2::text[], $3::bigint[]) AS w (type, id, item)
       JOIN quarantine q ON q.type = w.type AND q.record_id = w.id AND q.state = 'replayed' AND q.id <> w.item`,
      [wanted.map(([type]) => type), wanted.map(([, id]) => id), wanted.map(([, , item]) => item)],
    );
    const taken = new Set(clashing.map(({ type, id }) => `${type}\n${id}`));
    return tried.map(({ item, outcome }) => {
      const clash = outcome.accepted && outcome.records.find((mended) => mended.mustBeNew && taken.has(keyOf(mended)));
      return { item, outcome: clash ? refused(`编号 ${clash.record.id} 刚被另一条隔离记录使用`, 'id') : outcome };
    });
  }

  private async storedOf(tried: readonly Tried[]): Promise<ReadonlyMap<string, StoredRecord>> {
    const records = tried.flatMap(({ outcome }) => (outcome.accepted ? outcome.records : []));
    const found = new Map<string, StoredRecord>();
    for (const [type, ofType] of Map.groupBy(records, (mended) => mended.type)) {
      const ids = ofType.map(({ record }) => record.id);
      for (const [id, stored] of await this.parts.stored.find(type, ids)) found.set(`${type}\n${id}`, stored);
    }
    return found;
  }

  private async settle(client: ClientBase, tried: readonly Tried[], marked: MarkedPlan): Promise<void> {
    const done = tried.flatMap(({ item, outcome }) => (outcome.accepted ? [{ item, outcome }] : []));
    await execute(
      client,
      `UPDATE quarantine q SET state = 'replayed', settled_by = $1, settled_at_ms = $2, mend_id = $3, settlement = d.raw, type = d.type, record_id = d.record_id
       FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[]) AS d (id, raw, type, record_id) WHERE q.id = d.id`,
      [
        marked.actor,
        this.parts.machineClock.nowMs(),
        marked.mendId,
        done.map(({ item }) => item.id),
        done.map(({ outcome }) => storable(outcome.raw)),
        done.map(({ item, outcome }) => item.type ?? outcome.records[0]?.type ?? null),
        done.map(({ item, outcome }) => item.recordId ?? outcome.records[0]?.record.id ?? null),
      ],
    );
    await this.regroup(client, tried);
  }

  /** A row that is refused for another reason now stands with those of its kind. */
  private async regroup(client: ClientBase, tried: readonly Tried[]): Promise<void> {
    const again = tried.flatMap(({ item, outcome }) =>
      !outcome.accepted && outcome.refused && groupKeyOf({ ...outcome.refused, raw: item.raw }) !== item.groupKey
        ? [{ id: item.id, row: outcome.refused }]
        : [],
    );
    if (again.length === 0) return;
    await execute(
      client,
      `UPDATE quarantine q SET field = d.field, label = d.label, reason = d.reason, problems = d.problems, group_key = d.group_key
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[]) AS d (id, field, label, reason, problems, group_key) WHERE q.id = d.id`,
      [
        again.map(({ id }) => id),
        again.map(({ row }) => row.field),
        again.map(({ row }) => row.label),
        again.map(({ row }) => row.reason),
        again.map(({ row }) => JSON.stringify(row.problems)),
        again.map(({ row }) => groupKeyOf(row)),
      ],
    );
  }
}

interface Checks {
  group: boolean;
  byHand: boolean;
}

/** A mended row speaks for its own record alone, and not against what its source has said since. */
function against(
  item: QuarantineItem,
  outcome: Extract<Outcome, { accepted: true }>,
  stored: ReadonlyMap<string, StoredRecord>,
  { group, byHand }: Checks,
): Outcome {
  for (const mended of outcome.records) {
    const { record, mustBeNew, idByHand } = mended;
    if (group && idByHand) return refused('编号出错的行须逐条改正，不能整组改', 'id');
    const there = stored.get(keyOf(mended));
    // Its own content, from an attempt that was cut off: once more does no harm.
    if (!there || (there.source === record.source && there.hash === record.hash)) continue;
    if (mustBeNew) return refused(`编号 ${record.id} 已有记录，手工改正的行不能占用`, 'id');
    if (byHand && there.source !== record.source) return refused(`编号 ${record.id} 属于另一个数据源，不能改正`, 'id');
    const isOlder = there.version < record.version || (there.version === record.version && !arrivedAfter(there, item));
    if (there.source === record.source && !isOlder) return refused('来源后来已经重新报送这条记录，以来源为准，请作废这一条');
  }
  return outcome;
}

function arrivedAfter(there: StoredRecord, item: QuarantineItem): boolean {
  return item.receivedAtMs !== null && there.receivedAtMs >= item.receivedAtMs;
}

function withEdit({ type, record }: Mended, edit: MarkedPlan['edit'], item: QuarantineItem) {
  return { type, record: edit === null ? record : { ...record, edit: { ...edit, editOf: String(item.id) } } };
}

function keyOf({ type, record }: Pick<Mended, 'type' | 'record'>): string {
  return `${type}\n${record.id}`;
}

function refused(reason: string, field: string | null = null): Outcome {
  return { accepted: false, reason, field, refused: null };
}
