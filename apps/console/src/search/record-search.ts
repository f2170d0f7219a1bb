import { coversOf, type Reach } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type { Directory } from '@tianyan/rules';
import type { SearchHit, ThingKind } from '../api/index.js';
import type { Closed, ConfidentialRecords } from '../findings/confidential-records.js';
import { recordTitle } from '../findings/evidence-items.js';
import { shownFields } from '../findings/shown-fields.js';
import type { CurrentRecord, CurrentRecords } from '../timelines/current-records.js';
import { codeFieldOf, namingFields } from '../timelines/timeline-reader.js';
import { stands } from './stands.js';

/** The words of each that are looked through: those that its page shows. Never a field that is covered. */
const TEXT_FIELDS: Readonly<Record<ThingKind, string>> = {
  order: 'title',
  contract: 'name',
  project: 'name',
  asset: 'name',
  listing: 'title',
};

/** Records of a type that are looked through for names to cover, of all hits of a kind together. */
const MAX_NAMING = 2_000;

interface Within {
  reach: Reach;
  directory: Directory;
}

/** Looks for orders, contracts … by number and words. */
export class RecordSearch {
  constructor(private readonly parts: { records: CurrentRecords; confidential: ConfidentialRecords; catalogue: Catalogue }) {}

  /** Those whose number begins with the text, or that show it; the newest first. */
  async hits(within: Within, kind: ThingKind, text: string, limit: number): Promise<SearchHit[]> {
    const { contract, field: codeField } = codeFieldOf(this.parts.catalogue, kind);
    const textField = TEXT_FIELDS[kind];
    const found = await this.parts.records.saying(within, contract, { codeField, textField, text, limit });
    const closed = await this.parts.confidential.closed(found);
    const hitOf = (record: CurrentRecord, isClosed: Closed, others: readonly CurrentRecord[]): SearchHit | null => {
      const code = String(record.fields[codeField]);
      const shown = this.shown(record, isClosed, { names: within.directory, others });
      const words = shown.fields.find(({ name }) => name === textField);
      const isFound = code.startsWith(text) || stands(text, [words?.text ?? null]);
      return isFound ? { code, name: code, title: shown.title, atMs: record.atMs } : null;
    };
    // By itself first: most that hold the text in what is covered are out, and need not be looked up any further.
    const likely = found.flatMap((record, i) => {
      const hit = hitOf(record, closed[i] ?? null, []);
      return hit ? [{ record, closed: closed[i] ?? null, code: hit.code }] : [];
    });
    const others = await this.naming(within, kind, [...new Set(likely.map(({ code }) => code))]);
    const hits = likely.flatMap((one) => hitOf(one.record, one.closed, others.get(one.code) ?? []) ?? []);
    // One page for each number, however many systems gave it.
    return [...new Map(hits.toReversed().map((hit) => [hit.code, hit])).values()].toReversed();
  }

  /** All that names each, within reach: its page covers the names that stand in any of them. */
  private async naming(within: Within, kind: ThingKind, codes: readonly string[]): Promise<Map<string, CurrentRecord[]>> {
    if (codes.length === 0) return new Map();
    const lists = await Promise.all(
      namingFields(this.parts.catalogue, kind).map(async ({ type, field }) => {
        const named = await this.parts.records.naming(within, type, { field, codes, limit: MAX_NAMING });
        return named.map((record) => ({ code: String(record.fields[field]), record }));
      }),
    );
    const byCode = new Map<string, CurrentRecord[]>();
    for (const { code, record } of lists.flat()) byCode.set(code, [...(byCode.get(code) ?? []), record]);
    return byCode;
  }

  /** As its page shows it. */
  private shown(
    record: CurrentRecord,
    closed: Closed,
    { names, others }: { names: Directory; others: readonly CurrentRecord[] },
  ) {
    const mask = { covers: coversOf([record, ...others]) };
    return {
      title: recordTitle(record.contract, record.fields, { names, closed, mask }),
      fields: shownFields(record.contract, record.fields, names, { ...mask, closed: closed !== null }),
    };
  }
}
