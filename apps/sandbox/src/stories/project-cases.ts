import { firmName } from '../world/people.js';
import { ledgerTeller, since, type Case } from './ledger-cases.js';
import type { LedgerTeller } from './ledger-context.js';
import { registerProject } from './paid-not-mended.js';

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

/** Append only. */
export const PROJECT_TELLERS: readonly LedgerTeller[] = [aboveBudget, sameBuilder];
