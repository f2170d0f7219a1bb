import { firmName } from '../world/people.js';
import { ledgerTeller, since, type Case } from './ledger-cases.js';
import type { LedgerTeller } from './ledger-context.js';
import { payProject, registerProject } from './paid-not-mended.js';

/** A project registered today; the contract sum is what the budget allows and so much more. */
const project =
  (percent: number, overFen: number): Case =>
  (ctx) => {
    const budgetFen = ctx.dice.int(300, 3_000) * 10_000;
    const contractFen = (budgetFen * percent) / 100 + overFen;
    const registered = registerProject(ctx, '未结算', ctx.day + 20, { budgetFen, contractFen });
    return registered && since(registered.projectId, ctx.day, ctx.day + 20);
  };

const aboveBudget = ledgerTeller(
  'contract-above-budget',
  [
    ['比预算的 110% 多 1 分', project(110, 1)],
    ['比预算多四成', project(140, 0)],
  ],
  [
    ['恰好是预算的 110%', project(110, 0)],
    ['与预算相同', project(100, 0)],
  ],
);

/** So many projects of one village within some days, all by one builder or each by its own; the last one is judged. */
const builtBy =
  (count: number, isOneBuilder: boolean): Case =>
  (ctx) => {
    const village = ctx.village(ctx.dice);
    const contractor = `${firmName(ctx.dice)}响水分公司`;
    const day = ctx.day + count - 1;
    for (let i = 1; i < count; i++) {
      const by = isOneBuilder ? contractor : `${contractor}第${i}分部`;
      if (!registerProject({ ...ctx, day: ctx.day + i - 1 }, '未结算', ctx.day + 20, { village, contractor: by })) return null;
    }
    const last = registerProject({ ...ctx, day }, '未结算', day + 20, { village, contractor });
    return last && since(last.projectId, day, day + 20);
  };

const sameBuilder = ledgerTeller(
  'same-builder-again',
  [['同一施工方一年内在同一村承接三个工程', builtBy(3, true)]],
  [
    ['一年内只承接两个', builtBy(2, true)],
    ['三个工程由不同施工方承接', builtBy(3, false)],
  ],
);

/** Finished in three days; then the sum of the settlement is known. */
const settled =
  (percent: number, overFen: number): Case =>
  (ctx) => {
    const contractFen = ctx.dice.int(300, 3_000) * 10_000;
    const settlementFen = (contractFen * percent) / 100 + overFen;
    const registered = registerProject(ctx, '已结算', ctx.day + 3, { contractFen, settlementFen });
    return registered && since(registered.projectId, ctx.day, ctx.day + 3);
  };

const settledAbove = ledgerTeller(
  'settled-above-contract',
  [
    ['结算价比合同价的 110% 多 1 分', settled(110, 1)],
    ['结算价比合同价多三成', settled(130, 0)],
  ],
  [
    ['结算价恰好是合同价的 110%', settled(110, 0)],
    ['结算价低于合同价', settled(95, 0)],
  ],
);

/** Half of the contract sum is paid at once; the work that is measured on the third day comes to so much of it. */
const measured =
  (percent: number, lackingFen: number): Case =>
  (ctx) => {
    const contractFen = ctx.dice.int(300, 3_000) * 10_000;
    const doneFen = (contractFen * percent) / 100 - lackingFen;
    const registered = registerProject(ctx, '施工中', ctx.day + 3, { contractFen, doneFen });
    if (!registered) return null;
    payProject(ctx, registered, ctx.day + 1, contractFen / 2, '工程进度款');
    return since(registered.projectId, ctx.day + 1, ctx.day + 3);
  };

const paidAhead = ledgerTeller(
  'paid-ahead-of-progress',
  [
    ['付了一半，只完成三成', measured(30, 0)],
    ['付了一半，完成的工程量差 1 分', measured(50, 1)],
  ],
  [
    ['付了一半，恰好完成一半', measured(50, 0)],
    ['付了一半，已完成九成', measured(90, 0)],
  ],
);

/** Beside a project that has a budget: the village does write them down. The next day so many percent of the contract sum are paid. */
const budgeted =
  (budgetFen: number | undefined, percent: number): Case =>
  (ctx) => {
    const village = ctx.village(ctx.dice);
    const usual = registerProject(ctx, '未结算', ctx.day + 20, { village });
    const registered = registerProject(ctx, '未结算', ctx.day + 20, { village, ...(budgetFen !== undefined && { budgetFen }) });
    if (!usual || !registered) return null;
    if (percent > 0) payProject(ctx, registered, ctx.day + 1, (registered.contractFen * percent) / 100, '工程预付款');
    return since(registered.projectId, ctx.day + 1, ctx.day + 20);
  };

export const spentWithoutBudget = ledgerTeller(
  'spent-without-budget',
  [['没有预算，已付三成', budgeted(0, 30)]],
  [
    ['没有预算，也没有付款', budgeted(0, 0)],
    ['有预算，付了三成', budgeted(undefined, 30)],
  ],
);

/** Append only. */
export const PROJECT_TELLERS: readonly LedgerTeller[] = [aboveBudget, sameBuilder, settledAbove, paidAhead];
