import { maskText, maskValue, type MaskOptions } from '@tianyan/access';
import { isOpenField, platformFinding, type Catalogue, type Contract } from '@tianyan/contracts';
import type { EvidenceRef, Names } from '@tianyan/rules';
import type { EvidenceItem } from '../api/index.js';
import { SYSTEM_LABELS } from '../dictionary/system-labels.js';
import type { RuleDescription } from '../rules/rule-description.js';
import type { LoggedRecord } from './evidence-reader.js';
import type { Closed } from './confidential-records.js';
import { shownEdit } from './shown-edit.js';
import { shownFields, shownText } from './shown-fields.js';

/** Which fields make the one line of an entry, by record type. Types that are missing here show their label. */
const TITLE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'hotline.order': ['category', 'title'],
  'hotline.order-event': ['action', 'note'],
  'hotline.call': ['outcome', 'waitSeconds'],
  'hotline.agent-state': ['state', 'durationSeconds'],
  'assets.contract': ['kind', 'name', 'totalFen'],
  'assets.receivable': ['dueOn', 'amountFen'],
  'assets.payment': ['direction', 'summary', 'amountFen'],
  'assets.project': ['name', 'contractFen'],
  'assets.asset': ['name', 'status'],
  'trading.listing': ['title', 'floorFen'],
  'trading.bid': ['amountFen'],
  'trading.deal': ['annualFen', 'termMonths'],
  // Of a rule that is gone: otherwise its title.
  'platform.finding': ['ruleId', 'severity'],
};

/** One line of a timeline; the whole text stands in the fields below it. */
const MAX_TITLE_CHARS = 120;

/** What is to be known of evidence that is itself what rules have found. */
export interface FoundEvidence {
  /** By rule. */
  ruleTitles: ReadonlyMap<string, string>;
  /** The findings that are within the reach of who asks. */
  within: ReadonlySet<string>;
}

/** The finding's proof as one timeline, whatever sources it comes from. */
export function evidenceItems(input: {
  refs: readonly EvidenceRef[];
  records: readonly (LoggedRecord | null)[];
  /** Which of the records are closed, in the same order. */
  closed: readonly Closed[];
  /** Personal values to cover wherever a text repeats them, and codes to keep. */
  mask: MaskOptions;
  catalogue: Catalogue;
  names: Names;
  rule: RuleDescription | null;
  /** Of evidence that is what other rules have found. */
  found: FoundEvidence;
}): EvidenceItem[] {
  const { refs, records, catalogue, names, rule, mask, found } = input;
  const items = refs.map((ref, index): EvidenceItem => {
    const contract = catalogue.find(ref.type);
    const record = records[index] ?? null;
    const closed = input.closed[index] ?? null;
    const code = (name: string): string | null => {
      const value = record?.fields[name];
      return typeof value === 'string' && contract && (closed === null || isOpenField(contract, name)) ? value : null;
    };
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
      title: contract && record ? titleOf(contract, record, { names, closed, mask, found }) : '此版本已不在库中',
      unitName: unitId === null ? null : (names.unit(unitId) ?? unitId),
      villageName: villageCode === null ? null : (names.division(villageCode) ?? villageCode),
      fields: contract && record ? shownFields(contract, record.fields, names, { ...mask, closed: closed !== null }) : [],
      closed: closed !== null,
      available: record !== null,
      corrected: record?.corrected ?? false,
      edit: shownEdit(record?.edit),
      findingId: ref.type === platformFinding.type && found.within.has(ref.id) ? ref.id : null,
    };
  });
  return items.sort((a, b) => a.atMs - b.atMs || a.index - b.index);
}

/** What stands in place of the content of a closed record. */
export const CLOSED_TITLES: Readonly<Record<Exclude<Closed, null>, string>> = {
  confidential: '保密工单，内容已遮蔽',
  unknown: '所属工单未到，是否保密不明，内容已遮蔽',
};

function titleOf(
  contract: Contract,
  record: LoggedRecord,
  { found, ...how }: { names: Names; closed: Closed; mask: MaskOptions; found: FoundEvidence },
): string {
  const ruleTitle = contract.type === platformFinding.type ? found.ruleTitles.get(String(record.fields['ruleId'])) : undefined;
  return how.closed === null && ruleTitle !== undefined ? ruleTitle : recordTitle(contract, record.fields, how);
}

/** A record in one line, as it may be shown. */
export function recordTitle(
  contract: Contract,
  fields: LoggedRecord['fields'],
  { names, closed, mask }: { names: Names; closed: Closed; mask: MaskOptions },
): string {
  if (closed !== null) return CLOSED_TITLES[closed];
  const parts = (TITLE_FIELDS[contract.type] ?? []).flatMap((name) => {
    const meta = contract.fields[name];
    const value = fields[name] ?? null;
    if (!meta || value === null || value === '') return [];
    const { value: shown, masked } = maskValue(meta, value, mask);
    return [masked ? String(shown) : shownText(meta, shown, names)];
  });
  const title = maskText(parts.join(' · '), mask);
  if (title === '') return contract.label;
  return title.length > MAX_TITLE_CHARS ? `${title.slice(0, MAX_TITLE_CHARS)}…` : title;
}
