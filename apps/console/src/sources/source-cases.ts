import { maskReason, requireAction, type Actor, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import { RefusedError, type Clock } from '@tianyan/kernel';
import type { HeldListDecision, SourceDetail, SourceList } from '../api/index.js';
import type { RecordCounts } from '../overview/record-counts.js';
import type { HeldListsPort, QuarantinePort, SourcesPort } from '../ports.js';
import { sourceAnswer } from './source-answers.js';

/** Quarantined rows from which the frequent mistakes are told: the newest ones, enough to see a pattern. */
const SAMPLE_ROWS = 200;

/** The sources and how they are doing. */
export class SourceCases {
  constructor(
    private readonly parts: {
      sources: SourcesPort;
      heldLists: HeldListsPort;
      quarantine: QuarantinePort;
      counts: RecordCounts;
      catalogue: Catalogue;
      machineClock: Clock;
      countyClock: Clock;
      audit: AuditLog;
    },
  ) {}

  async list(): Promise<SourceList> {
    const [rows, counts] = await Promise.all([this.parts.sources.list(), this.parts.counts.read()]);
    return { items: rows.map((row) => sourceAnswer(row, counts.typesOf(row.name), this.now(), this.parts.catalogue)) };
  }

  async get(id: string): Promise<SourceDetail> {
    const [row, counts, sample] = await Promise.all([
      this.parts.sources.find(id),
      this.parts.counts.read(),
      this.parts.quarantine.list({ source: id, state: 'open', limit: SAMPLE_ROWS }),
    ]);
    if (!row) throw new RefusedError('not-found', '没有这个数据源，请回到列表重新打开');
    const byReason = Map.groupBy(sample, (item) => JSON.stringify([item.label ?? item.field, maskReason(item.reason)]));
    const quarantineByField = [...byReason.values()].flatMap((group) => {
      const first = group[0];
      return first ? [{ field: first.label ?? first.field, reason: maskReason(first.reason), count: group.length }] : [];
    });
    return {
      ...sourceAnswer(row, counts.typesOf(id), this.now(), this.parts.catalogue),
      heldLists: [...row.heldLists],
      quarantineByField: quarantineByField.toSorted((a, b) => b.count - a.count),
    };
  }

  /** Administrators only: the rows that are deleted by it may withdraw findings. */
  async decideHeldList(actor: Actor, name: { source: string; feed: string }, input: HeldListDecision): Promise<void> {
    const { audit, heldLists } = this.parts;
    const object = `source/${name.source}/${name.feed}`;
    await requireAction(audit, actor, 'decide-held-list', object);
    await audit.record(actor, { action: `${input.decision}-held-list`, object, reason: input.reason });
    await heldLists.decide(name, { decision: input.decision, heldAtMs: input.heldAtMs, actor: actor.user.account });
  }

  private now() {
    return { machineNowMs: this.parts.machineClock.nowMs(), countyNowMs: this.parts.countyClock.nowMs() };
  }
}
