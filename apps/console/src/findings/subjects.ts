import { maskName } from '@tianyan/access';
import { MATTER_NAMES } from '@tianyan/contracts';
import type { Subject } from '../api/index.js';
import type { Names } from '../dictionary/names-directory.js';

const KIND_LABELS: Readonly<Record<string, string>> = {
  orderId: '工单',
  unitId: '单位',
  leadUnitId: '承办单位',
  villageCode: '村（社区）',
  townshipCode: '乡镇',
  contractId: '合同',
  receivableId: '应收租金',
  projectId: '项目',
  assetId: '资产资源',
  listingId: '交易项目',
  dealId: '成交',
  matter: '事项',
  matterKey: '同一诉求',
};

/** Subjects that name a person or an organisation: covered wherever findings are listed. */
const PERSONAL_SUBJECTS = new Set([
  'lessee',
  'winner',
  'bidder',
  'counterparty',
  'handler',
  'approver',
  'contractor',
  'callerName',
]);

/** Who and where, with names instead of codes. */
export function shownSubjects(subjects: Readonly<Record<string, string>>, names: Names): Subject[] {
  return Object.entries(subjects).map(([kind, code]) => ({
    kind,
    kindLabel: KIND_LABELS[kind] ?? kind,
    code: PERSONAL_SUBJECTS.has(kind) ? maskName(code) : code,
    name: nameOf(kind, code, names),
  }));
}

function nameOf(kind: string, code: string, names: Names): string | null {
  if (kind === 'unitId' || kind === 'leadUnitId') return names.unitName(code);
  if (kind === 'villageCode' || kind === 'townshipCode') return names.divisionName(code);
  if (kind === 'matter') return MATTER_NAMES[code] ?? null;
  return null;
}
