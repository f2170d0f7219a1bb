import { maskText, type Cover } from '@tianyan/access';
import { cellText, type Cell } from '@tianyan/dossier';
import { RefusedError, toChinaMinute } from '@tianyan/kernel';
import {
  assertOpenToUnit,
  rectificationMachine,
  type LedgerChange,
  type RectificationDetail as StoredItem,
} from '@tianyan/supervision';
import {
  RECTIFICATION_STEP_LABELS,
  rectificationStepRequestSchema,
  type RectificationDetail,
  type RectificationStepBody,
} from '../api/index.js';
import { RECTIFICATION_COLUMNS } from '../exports/supervision-lists.js';

type StepRequest = RectificationStepBody['step'];

/** What stands in a row of the sheet, by the title of its column. */
export type SheetCells = ReadonlyMap<string, string>;

/** What a row comes to. `null`: it changes nothing. */
export type ComparedRow = { steps: readonly StepRequest[]; changes: readonly LedgerChange[]; refusal: string | null } | null;

/** Columns that are changed so; the others only say what the row is. */
const OPEN = {
  dueDay: '整改期限',
  measures: '整改措施',
  proof: '整改情况',
  recovered: '追回金额（元）',
  improvement: '建立完善的制度',
} as const;
const LOCKED = ['问题', '单位', '乡镇', '责任人', '责任领导', '状态'] as const;
const FEN_PER_YUAN = 100;
/** The longest text of a step, and some: what is longer is refused, and need not be shown whole. */
const MAX_SHOWN_CHARS = 3_000;
/** Steps that are told of a row that is stale: the newest say what to look at. */
const MAX_TOLD_STEPS = 5;

/** Compares a row with its item as it is, and says what it asks for, or why it cannot be taken. Pure. */
export function compareRow(
  cells: SheetCells,
  item: { shown: RectificationDetail; found: StoredItem; covers: readonly Cover[] },
  by: { userId: string; reason: string },
): ComparedRow {
  const { shown } = item;
  const changes = Object.values(OPEN).flatMap((label) => changeOf(label, cells, shown));
  const locked = LOCKED.filter((label) => changeOf(label, cells, shown).length > 0);
  if (changes.length === 0 && locked.length === 0) return null;
  try {
    assertFresh(cells.get('版本'), shown);
    if (locked.length > 0) throw invalid(`“${locked.join('”“')}”不能用表格修改，请改回导出时的内容，或在页面上办理。`);
    const steps = stepsOf(changes, cells, { ...item, ...by });
    return { steps, changes, refusal: null };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { steps: [], changes, refusal: error.message };
  }
}

const invalid = (message: string) => new RefusedError('invalid', message);
const normal = (text: string) => text.replaceAll('\r\n', '\n').trim();

function changeOf(label: string, cells: SheetCells, shown: RectificationDetail): LedgerChange[] {
  const cell = cells.get(label);
  const column = RECTIFICATION_COLUMNS.find(({ title }) => title === label);
  // Somebody has taken the column away: nothing is said about it.
  if (cell === undefined || !column) return [];
  const from = shownText(column.cell(shown));
  const to = normal(cell);
  if (to === normal(cellText(from)) || (label === OPEN.dueDay && dayOf(to) === from)) return [];
  if (label === OPEN.recovered && fenOf(to) === shown.recoveredFen) return [];
  // Kept and shown again, also where it is refused because it names somebody.
  return [{ label, from, to: maskText(withoutApostrophe(to)).slice(0, MAX_SHOWN_CHARS) }];
}

const shownText = (cell: Cell): string => (cell === null || typeof cell === 'object' ? '' : String(cell));
/** The export has put it there, so that no program takes the text for a formula. */
const withoutApostrophe = (text: string) => text.replace(/^'(?=\s*[=+\-@＝＋－＠])/, '');

/** Throws RefusedError with what was done since. */
function assertFresh(revision: string | undefined, shown: RectificationDetail): void {
  if (revision === undefined || !/^\d+$/.test(revision))
    throw invalid('没有“版本”，请用平台导出的表格填写，不要删改“编号”“版本”两列。');
  if (Number(revision) === shown.revision) return;
  const since = shown.steps.filter(({ seq }) => seq > Number(revision)).slice(-MAX_TOLD_STEPS);
  const told = since.map(({ kindLabel, atMs, takerName }) => `${toChinaMinute(atMs)} ${takerName}“${kindLabel}”`).join('；');
  throw new RefusedError('conflict', `导出以后又办理过：${told === '' ? '版本不符' : told}。请重新导出，看过最新情况再填。`);
}

interface Asked {
  shown: RectificationDetail;
  found: StoredItem;
  covers: readonly Cover[];
  userId: string;
  reason: string;
}

/** Throws RefusedError where one of them may not be taken. */
function stepsOf(changes: readonly LedgerChange[], cells: SheetCells, asked: Asked): StepRequest[] {
  const changed = new Set(changes.map(({ label }) => label));
  const isProgress = [OPEN.measures, OPEN.proof, OPEN.recovered, OPEN.improvement].some((label) => changed.has(label));
  const steps = [
    ...(isProgress ? [progressOf(changed, cells, asked)] : []),
    ...(changed.has(OPEN.dueDay)
      ? [{ step: 'reschedule', dueDay: dayOf(cells.get(OPEN.dueDay) ?? ''), reason: asked.reason }]
      : []),
  ].map(parsed);
  for (const step of steps) {
    assertAllowed(step.step, asked);
    assertOpenToUnit(step, asked.covers);
  }
  return steps;
}

function parsed(step: unknown): StepRequest {
  const { success, data, error } = rectificationStepRequestSchema.safeParse(step);
  if (success) return data;
  throw invalid(error.issues.map(({ message }) => message).join('；'));
}

function assertAllowed(kind: 'progress' | 'reschedule' | StepRequest['step'], { shown, found, userId }: Asked): void {
  if (shown.allowedSteps.includes(kind)) return;
  if (shown.recused) throw new RefusedError('conflict', '您已在它所依据的线索或复查上回避，须由没有回避的另一人导入。');
  const refusal = rectificationMachine.refusalOf(found.facts, kind, { userId });
  throw new RefusedError('conflict', refusal ?? `您的角色不能“${RECTIFICATION_STEP_LABELS[kind]}”，请由能办理的人导入。`);
}

/** What was reported, with what the row changes of it. */
function progressOf(changed: ReadonlySet<string>, cells: SheetCells, { shown, found }: Asked): object {
  const { measures, proof, improvement } = found.item;
  const textOf = (label: string, kept: string | null, seen: string | null): string | undefined => {
    if (!changed.has(label)) return kept ?? undefined;
    // Half of what would be written would be the cover.
    if (kept !== seen) throw invalid(`“${label}”里有遮蔽的内容，不能用表格修改，请在页面上办理。`);
    return withoutApostrophe(normal(cells.get(label) ?? '')) || undefined;
  };
  const recoveredFen = changed.has(OPEN.recovered) ? fenOf(cells.get(OPEN.recovered) ?? '') : found.item.recoveredFen;
  if (recoveredFen === null) throw invalid('“追回金额（元）”请填写数字，最多两位小数；没有追回的写 0。');
  const asked = {
    step: 'progress',
    measures: textOf(OPEN.measures, measures, shown.measures),
    proof: textOf(OPEN.proof, proof, shown.proof),
    improvement: textOf(OPEN.improvement, improvement, shown.improvement),
    recoveredFen,
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

/** Null: no amount of money. */
function fenOf(text: string): number | null {
  const plain = normal(text).replaceAll(/[,，\s元]/g, '');
  return /^\d{1,12}(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * FEN_PER_YUAN) : null;
}

/** As people and programs write a day; what is none stays as it is, for the schema to refuse. */
function dayOf(text: string): string {
  const [, year, month = '', day = ''] =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?$/.exec(normal(text)) ?? [];
  return year === undefined ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
