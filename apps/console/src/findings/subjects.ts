import { isProtected, maskName, maskText } from '@tianyan/access';
import { isOpenCreditCode, MATTER_NAMES, PERIOD_LABELS, type Catalogue } from '@tianyan/contracts';
import type { Names } from '@tianyan/rules';
import type { Subject } from '../api/index.js';

/** How findings name the firm that they are about, by its unified social credit code. */
export const FIRM_SUBJECT = 'firmCreditCode';

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
  agentId: '坐席',
  [FIRM_SUBJECT]: '企业',
  matter: '事项',
  matterKey: '同一诉求',
  agency: '代理机构',
  invoiceNo: '票据号',
  noticeId: '公示',
  // Periods, by the names that rules give them in their scope.
  ...PERIOD_LABELS,
  week: PERIOD_LABELS.atWeek,
  month: PERIOD_LABELS.atMonth,
  quarter: PERIOD_LABELS.atQuarter,
  year: PERIOD_LABELS.atYear,
};

/** Of what a county's own rules are about: as its field is called, where there is one. */
export function subjectLabel(kind: string, catalogue: Catalogue): string {
  const field = () => catalogue.all().find(({ fields }) => fields[kind] !== undefined)?.fields[kind];
  return KIND_LABELS[kind] ?? field()?.label ?? kind;
}

/** Of an order told in confidence only its number, the unit and who is responsible for the place. */
const OPEN_SUBJECTS = new Set(['orderId', 'unitId', 'leadUnitId', 'townshipCode']);

/**
 * Whether any contract has a protected field of this name. The rule check refuses such subjects; findings of rules that
 * were stored before it are covered here.
 */
function isProtectedName(name: string, catalogue: Catalogue): boolean {
  return catalogue.all().some(({ fields }) => fields[name] !== undefined && isProtected(fields[name]));
}

/** What may be a person: of a firm it is the code that tells. */
function isPerson(kind: string, code: string, catalogue: Catalogue): boolean {
  return kind === FIRM_SUBJECT ? !isOpenCreditCode(code) : isProtectedName(kind, catalogue);
}

/** Who and where, with names instead of codes. */
export function shownSubjects(
  subjects: Readonly<Record<string, string>>,
  { names, catalogue, confidential }: { names: Names; catalogue: Catalogue; confidential: boolean },
): Subject[] {
  const shown = Object.entries(subjects).filter(([kind]) => !confidential || OPEN_SUBJECTS.has(kind));
  return shown.map(([kind, code]) => ({
    kind,
    kindLabel: subjectLabel(kind, catalogue),
    // What is no known kind of code may be a text of the county's own rules.
    code: isPerson(kind, code, catalogue) ? maskName(code) : KIND_LABELS[kind] === undefined ? maskText(code) : code,
    name: nameOf(kind, code, names),
  }));
}

function nameOf(kind: string, code: string, names: Names): string | null {
  if (kind === 'unitId' || kind === 'leadUnitId') return names.unit(code) ?? null;
  if (kind === 'villageCode' || kind === 'townshipCode') return names.division(code) ?? null;
  if (kind === 'matter') return MATTER_NAMES[code] ?? null;
  return null;
}
