import { DAY_MS } from '@tianyan/kernel';
import { exportedAtMs, typedOn, type PaymentFields } from '../world/ledger.js';
import { MATTERS, type Category } from '../world/matters.js';
import { firmName, staffOf } from '../world/people.js';
import { dayNumberOf, startOfDayMs, type DayNumber } from '../world/work-time.js';
import { villageOf, YUAN, type LedgerContext, type LedgerTeller } from './ledger-context.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import type { OrderLife } from './order-life.js';

const rule = 'paid-not-mended';
const BUILDERS = ['建设工程有限公司', '市政工程有限公司', '水利工程有限公司', '园林绿化有限公司'];

export interface Project {
  projectId: string;
  village: number;
  matter: number;
  contractFen: number;
  contractor: string;
}

/** Registers a project in a place of its own; null when every place has one. */
export function registerProject(
  ctx: LedgerContext,
  status: string,
  finishedDay: DayNumber | null,
  more: {
    village?: number;
    contractor?: string;
    contractFen?: number;
    budgetFen?: number;
    doneFen?: number;
    settlementFen?: number;
  } = {},
): Project | null {
  const { dice, ledger, day, county } = ctx;
  const place = ctx.projectPlace(dice, more.village);
  if (!place) return null;
  const contractFen = more.contractFen ?? dice.int(300, 4_000) * 100 * YUAN;
  const contractor = more.contractor ?? firmName(dice, BUILDERS);
  const project = { projectId: ledger.nextId('XM', day), ...place, contractFen, contractor };
  const name = `${villageOf(county, place.village).name}${MATTERS[place.matter]?.projectKind ?? ''}工程`;
  const fields = {
    ...project,
    name,
    registeredDay: day,
    budgetFen: more.budgetFen ?? contractFen + dice.int(0, 50) * 1_000 * YUAN,
    startsDay: day + 1,
    finishedDay,
  };
  ledger.put('project', { ...fields, status: '施工中', finishedDay: null }, typedOn(dice, day));
  const { doneFen, settlementFen } = more;
  if (finishedDay !== null) ledger.put('project', { ...fields, status, doneFen, settlementFen }, typedOn(dice, finishedDay));
  return project;
}

/** Pays a part of the contract sum to the builder; returns the voucher. */
export function payProject(
  ctx: LedgerContext,
  project: Project,
  day: DayNumber,
  amountFen: number,
  summary: string,
): PaymentFields {
  const { ledger, dice, seed, county } = ctx;
  const { village, projectId, contractor } = project;
  const code = villageOf(county, village).code;
  const fields: PaymentFields = {
    voucherId: ledger.nextId('PZ', day), village, bookedDay: day, direction: 'out', amountFen, account: '在建工程', summary: `付${contractor}${summary}`, counterparty: contractor,
    projectId, contractId: null, receivableId: null, handler: staffOf(seed, code, 1), approver: staffOf(seed, code, 3),
  }; // prettier-ignore
  ledger.put('payment', fields, typedOn(dice, day));
  return fields;
}

/** Money for the mending was paid, and the citizens go on complaining of the same thing in the same village. */
export const paidNotMended: LedgerTeller = {
  rule,
  problem(ctx) {
    const { dice } = ctx;
    const exact = dice.chance(0.3);
    const paid = paidProject(ctx, exact ? 80 : dice.int(85, 100));
    if (!paid) return;
    const { project, paidDay } = paid;
    const orders = complaints(ctx, project, paidDay + 1, dice.int(2, 4), 12);
    const fromMs = orders[1]?.acceptedAtMs ?? 0;
    ctx.addStory({
      orders,
      problems: [
        {
          rule,
          scope: () => scopeOf(ctx, project),
          fromMs,
          toMs: null,
          story: `已付${exact ? '恰好 80%' : '八成以上'}，之后 ${orders.length} 次投诉`,
        },
      ],
      lookalikes: [],
    });
  },
  lookalike: (ctx) => ctx.dice.pick([oneComplaint, questionsOnly, complaintsBefore, notQuitePaid])(ctx),
};

/** Start money, then the rest up to the given percentage, within some days. Nothing but the story's own orders may complain afterwards. */
function paidProject(ctx: LedgerContext, percent: number): { project: Project; paidDay: DayNumber } | null {
  const { dice, day } = ctx;
  const paidDay = day + dice.int(3, 6);
  const project = registerProject(ctx, '已验收', paidDay);
  if (!project) return null;
  const start = Math.floor((project.contractFen * 30) / 100);
  payProject(ctx, project, day + 1, start, '工程预付款');
  payProject(ctx, project, paidDay, (project.contractFen * percent) / 100 - start, '工程进度款');
  ctx.blockPlace(project.village, project.matter, startOfDayMs(paidDay));
  return { project, paidDay };
}

function complaints(
  ctx: LedgerContext,
  project: Project,
  fromDay: DayNumber,
  count: number,
  withinDays: number,
  categories: readonly Category[] = ['help', 'complaint', 'report'],
): OrderLife[] {
  const { dice, seed, county, blocked } = ctx;
  const orders: OrderLife[] = [];
  let day = fromDay;
  for (let i = 0; i < count; i++) {
    day += dice.int(0, Math.max(1, Math.floor(withinDays / count)));
    const { life, script, unit } = beginOrder(
      { seed, county, blocked, day, dice },
      { category: dice.pick(categories), matter: project.matter, village: project.village },
    );
    contact(dispatchAndSign(script, unit), unit);
    closeHonestly(script, unit, null);
    orders.push(life);
  }
  return orders.sort((a, b) => a.acceptedAtMs - b.acceptedAtMs);
}

function scopeOf(ctx: LedgerContext, project: Project): string {
  return `${villageOf(ctx.county, project.village).code}|${MATTERS[project.matter]?.code ?? ''}`;
}

function lookStory(ctx: LedgerContext, project: Project, orders: OrderLife[], why: string): void {
  ctx.addStory({ orders, problems: [], lookalikes: [{ rule, scope: () => scopeOf(ctx, project), why }] });
}

function oneComplaint(ctx: LedgerContext): void {
  const paid = paidProject(ctx, 95);
  if (paid) lookStory(ctx, paid.project, complaints(ctx, paid.project, paid.paidDay + 2, 1, 10), '付款后只有 1 次投诉');
}

function questionsOnly(ctx: LedgerContext): void {
  const paid = paidProject(ctx, 90);
  if (paid)
    lookStory(
      ctx,
      paid.project,
      complaints(ctx, paid.project, paid.paidDay + 1, 3, 20, ['consult', 'suggestion']),
      '付款后只有咨询和建议',
    );
}

/** Complaints are why the village had it mended: all of them came before the money went out. */
function complaintsBefore(ctx: LedgerContext): void {
  const paid = paidProject(ctx, 97);
  if (!paid) return;
  const orders = complaints(ctx, paid.project, ctx.day + 1, 2, 2).filter(
    (o) => o.acceptedAtMs < startOfDayMs(paid.paidDay) - DAY_MS / 24,
  );
  if (orders.length > 0) lookStory(ctx, paid.project, orders, '投诉都在付款之前');
}

/** One fen short of 80 %. */
function notQuitePaid(ctx: LedgerContext): void {
  const { day, truth } = ctx;
  const project = registerProject(ctx, '未结算', day + 5);
  if (!project) return;
  payProject(ctx, project, day + 1, (project.contractFen * 40) / 100, '工程预付款');
  payProject(ctx, project, day + 5, (project.contractFen * 40) / 100 - 1, '工程进度款');
  const orders = complaints(ctx, project, day + 6, 3, 15);
  truth.addLookalike(
    { rule, scope: () => scopeOf(ctx, project), why: '付款差 1 分不到 80%' },
    [],
    exportedAtMs(dayNumberOf(orders.at(-1)?.acceptedAtMs ?? 0)),
  );
  ctx.addStory({ orders, problems: [], lookalikes: [] });
}
