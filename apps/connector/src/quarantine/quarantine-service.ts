import type { Row } from '@tianyan/contracts';
import { RefusedError } from '@tianyan/kernel';
import type { Pipeline } from '../pipeline/pipeline.js';
import { toRefusedRow } from '../pipeline/pipeline.js';
import { parseJson } from '../pipeline/json.js';
import type { Mappers } from '../sources/mappers.js';
import type { QuarantineItem, QuarantineQuery, QuarantineState, QuarantineStore } from './quarantine-store.js';

export interface ReplayOutcome {
  accepted: boolean;
  /** Chinese; what is still wrong. */
  reason: string | null;
  field: string | null;
}

/** What people do with quarantined rows. */
export class QuarantineService {
  constructor(private readonly parts: { store: QuarantineStore; pipeline: Pipeline; mappers: Mappers }) {}

  list(query: QuarantineQuery): Promise<QuarantineItem[]> {
    return this.parts.store.list(query);
  }

  find(id: number): Promise<QuarantineItem | null> {
    return this.parts.store.find(id);
  }

  countByState(): Promise<Record<QuarantineState, number>> {
    return this.parts.store.countByState();
  }

  /**
   * Tries the stored row again, or `raw` in its place, by the mapping as it is now, and publishes what comes of it.
   * Throws RefusedError `not-found`, or `conflict` if the item is settled already.
   */
  async replay(id: number, input: { raw: string | null; actor: string }): Promise<ReplayOutcome> {
    const item = await this.openItem(id);
    const refused = (reason: string, field: string | null = null): ReplayOutcome => ({ accepted: false, reason, field });
    if (input.raw === null && isStructural(item)) return refused(`${item.reason}。请改正内容后再重放`);
    if (input.raw === null && item.rawChars > item.raw.length)
      return refused('原文过长，隔离区只保留了开头，不能原样重放。请从来源重新取得，或改正后再重放');
    const raw = input.raw ?? item.raw;
    const row = rowOf(raw);
    if (!row) return refused('内容不是一个完整的 JSON 对象：请检查引号、逗号和括号');
    const mapper = await this.parts.mappers.of(item.source, item.feed);
    if (!mapper) return refused('这个数据源或它的映射已不在配置中，无法重放');
    const mapped = mapper.map(row, JSON.stringify(row));
    const [refusal] = mapped.refusals.filter(({ type }) => item.type === null || type === item.type);
    if (refusal) {
      const still = toRefusedRow(item, refusal);
      return refused(still.reason, still.field);
    }
    const records = mapped.records.filter(({ type }) => item.type === null || type === item.type);
    if (records.length === 0) return refused('按映射，这一行不产生任何记录');
    await this.parts.pipeline.publish(records);
    await this.settle(id, { state: 'replayed', actor: input.actor, text: raw });
    return { accepted: true, reason: null, field: null };
  }

  /** Throws RefusedError `not-found`, or `conflict` if the item is settled already. */
  async discard(id: number, input: { actor: string; reason: string }): Promise<void> {
    await this.openItem(id);
    await this.settle(id, { state: 'discarded', actor: input.actor, text: input.reason });
  }

  private async openItem(id: number): Promise<QuarantineItem> {
    const item = await this.parts.store.find(id);
    if (!item) throw new RefusedError('not-found', '隔离区里没有这一条，请刷新列表');
    if (item.state !== 'open') throw alreadySettled();
    return item;
  }

  private async settle(id: number, settlement: { state: 'replayed' | 'discarded'; actor: string; text: string }): Promise<void> {
    if (!(await this.parts.store.settle(id, settlement))) throw alreadySettled();
  }
}

function alreadySettled(): RefusedError {
  return new RefusedError('conflict', '这一条已经被处理过了，请刷新列表');
}

/** The row itself was broken (cells missing, bytes lost): the mapping would not see it and might take half a row. */
function isStructural(item: QuarantineItem): boolean {
  return item.type === null && item.field === null;
}

function rowOf(raw: string): Row | null {
  try {
    const value = parseJson(raw);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : null; // an object, as tested
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
