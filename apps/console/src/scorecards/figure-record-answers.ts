import { assetsAsset, assetsPayment, hotlineCall, type Contract } from '@tianyan/contracts';
import type { FigureDefinition, FigureRecord as Found } from '@tianyan/findings';
import { chinaDayOf } from '@tianyan/kernel';
import type { Page } from '@tianyan/postgres';
import type { Directory } from '@tianyan/rules';
import { FINDING_STATUS_LABELS, findingStatusSchema, type FigureRecord, type FigureRecords } from '../api/index.js';

type Source = FigureDefinition['source'];
type Words = Pick<FigureRecords, 'nameLabel' | 'atLabel' | 'whereLabel' | 'byDay'>;

const WORDS: Readonly<Record<Source, Words>> = {
  finding: { nameLabel: '疑点', atLabel: '发生时间', whereLabel: '单位或地方', byDay: false },
  order: { nameLabel: '工单编号', atLabel: '受理时间', whereLabel: '承办单位', byDay: false },
  contract: { nameLabel: '合同编号', atLabel: '起始日期', whereLabel: '村（社区）', byDay: true },
  asset: { nameLabel: '资产资源编号', atLabel: '最后一份合同到期', whereLabel: '村（社区）', byDay: true },
  receivable: { nameLabel: '应收编号', atLabel: '应收日期', whereLabel: '村（社区）', byDay: true },
  payment: { nameLabel: '凭证号', atLabel: '支付时间', whereLabel: '村（社区）', byDay: false },
  call: { nameLabel: '呼叫编号', atLabel: '进入排队', whereLabel: '承办单位', byDay: false },
};

/** The records behind a figure in the words of the console: numbers, days, units and coded values, nothing that a person has written. */
export function figureRecordsAnswer(
  { source, items, nextCursor }: Page<Found> & { source: Source },
  names: Directory,
): FigureRecords {
  return { ...WORDS[source], items: items.map((item) => answerOf(source, item, names)), nextCursor };
}

function answerOf(source: Source, found: Found, names: Directory): FigureRecord {
  const { atMs, code, title, amountFen, confidential } = found;
  return {
    atMs,
    code,
    name: title ?? code,
    whereName: whereOf(found, names),
    stateText: stateOf(source, found),
    amountFen,
    confidential,
    page: pageOf(source, found),
  };
}

function whereOf({ unitId, villageCode, townshipCode }: Found, names: Directory): string | null {
  if (unitId !== null) return names.unit(unitId) ?? unitId;
  const place = villageCode ?? townshipCode;
  return place === null ? null : (names.division(place) ?? place);
}

function stateOf(source: Source, { state, endsAtMs }: Found): string | null {
  switch (source) {
    case 'finding':
      return FINDING_STATUS_LABELS[findingStatusSchema.parse(state)];
    case 'contract':
      return endsAtMs === null ? null : `到 ${chinaDayOf(endsAtMs)}`;
    case 'asset':
      return codedText(assetsAsset, 'status', state);
    case 'payment':
      return codedText(assetsPayment, 'settlement', state);
    case 'call':
      return codedText(hotlineCall, 'outcome', state);
    case 'order':
    case 'receivable':
      return state;
  }
}

function codedText({ fields }: Pick<Contract, 'fields'>, field: string, value: string | null): string | null {
  return value === null ? null : (fields[field]?.values?.[value] ?? value);
}

/** A rent or payment is shown on the page of its contract, a call on that of its order; what belongs to none, on the village's. */
function pageOf(source: Source, { code, aboutCode, villageCode }: Found): FigureRecord['page'] {
  switch (source) {
    case 'finding':
    case 'order':
    case 'contract':
    case 'asset':
      return { kind: source, code };
    case 'call':
      return aboutCode === null ? null : { kind: 'order', code: aboutCode };
    case 'receivable':
    case 'payment':
      if (aboutCode !== null) return { kind: 'contract', code: aboutCode };
      return villageCode === null ? null : { kind: 'village', code: villageCode };
  }
}
