import { maskNumbers, maskValue } from '@tianyan/access';
import type { Catalogue, Contract } from '@tianyan/contracts';
import type { EvidenceRef } from '@tianyan/rules';
import type { EvidenceItem } from '../api/index.js';
import type { Names } from '../dictionary/names-directory.js';
import { SYSTEM_LABELS } from '../dictionary/system-labels.js';
import type { RuleDescription } from '../ports.js';
import type { LoggedRecord } from './evidence-reader.js';
import { shownEdit } from './shown-edit.js';
import { shownFields, shownText } from './shown-fields.js';

/** Which fields make the one line of an entry, by record type. Types that are missing here show their label. */
const TITLE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'hotline.order': ['category', 'title'],
  'hotline.order-event': ['action', 'note'],
  'assets.contract': ['kind', 'name', 'totalFen'],
  'assets.receivable': ['dueOn', 'amountFen'],
  'assets.payment': ['direction', 'summary', 'amountFen'],
  'assets.project': ['name', 'contractFen'],
  'assets.asset': ['name', 'status'],
  'trading.listing': ['title', 'floorFen'],
  'trading.bid': ['amountFen'],
  'trading.deal': ['annualFen', 'termMonths'],
};

/** One line of a timeline; the whole text stands in the fields below it. */
const MAX_TITLE_CHARS = 120;

/** The finding's proof as one timeline, whatever sources it comes from. */
export function evidenceItems(input: {
  refs: readonly EvidenceRef[];
  records: readonly (LoggedRecord | null)[];
  catalogue: Catalogue;
  names: Names;
  rule: RuleDescription | null;
}): EvidenceItem[] {
  const { refs, records, catalogue, names, rule } = input;
  const items = refs.map((ref, index): EvidenceItem => {
    const contract = catalogue.find(ref.type);
    const record = records[index] ?? null;
    const code = (name: string): string | null => (typeof record?.fields[name] === 'string' ? record.fields[name] : null);
    const unitId = code('unitId') ?? code('leadUnitId');
    const villageCode = code('villageCode');
    return {
      index,
      type: ref.type,
      typeLabel: contract?.label ?? ref.type,
      systemLabel: contract ? SYSTEM_LABELS[contract.system] : '',
      recordId: ref.id,
      version: ref.version,
      atMs: ref.atMs,
      role: ref.role,
      roleLabel: rule?.roleLabels[ref.role] ?? contract?.label ?? ref.role,
      title: contract && record ? titleOf(contract, record, names) : '此版本已不在库中',
      unitName: unitId === null ? null : (names.unitName(unitId) ?? unitId),
      villageName: villageCode === null ? null : (names.divisionName(villageCode) ?? villageCode),
      fields: contract && record ? shownFields(contract, record.fields, names) : [],
      available: record !== null,
      corrected: record?.corrected ?? false,
      edit: shownEdit(record?.edit),
    };
  });
  return items.sort((a, b) => a.atMs - b.atMs || a.index - b.index);
}

function titleOf(contract: Contract, record: LoggedRecord, names: Names): string {
  const parts = (TITLE_FIELDS[contract.type] ?? []).flatMap((name) => {
    const meta = contract.fields[name];
    const value = record.fields[name] ?? null;
    if (!meta || value === null || value === '') return [];
    const { value: shown, masked } = maskValue(meta, value);
    return [masked ? String(shown) : shownText(meta, shown, names)];
  });
  const title = maskNumbers(parts.join(' · '));
  if (title === '') return contract.label;
  return title.length > MAX_TITLE_CHARS ? `${title.slice(0, MAX_TITLE_CHARS)}…` : title;
}
