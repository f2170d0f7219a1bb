import { exportedAtMs, typedOn } from '../world/ledger.js';
import { startOfDayMs, type DayNumber } from '../world/work-time.js';
import type { LedgerContext, LedgerTeller } from './ledger-context.js';
import { payProject, registerProject, type Project } from './paid-not-mended.js';

const rule = 'spent-above-contract';

/** The builder got more than a tenth on top of the contract sum. */
export const spentAboveContract: LedgerTeller = {
  rule,
  problem(ctx) {
    const { dice, truth } = ctx;
    const paid = paidUp(ctx);
    if (!paid) return;
    const { project, day } = paid;
    const aboveDay = day + dice.int(3, 12);
    const exact = dice.chance(0.3);
    payProject(ctx, project, aboveDay, exact ? tenth(project) + 1 : tenth(project) * dice.int(2, 4), '增加工程量款');
    const story = exact ? '付款比合同价的 110% 多 1 分' : '付款为合同价的 120% 以上';
    truth.addProblem(
      { rule, scope: () => project.projectId, fromMs: startOfDayMs(aboveDay), toMs: null, story },
      [],
      exportedAtMs(aboveDay),
    );
  },
  lookalike: (ctx) => ctx.dice.pick([exactlyAtTheLimit, enteredTwice])(ctx),
};

/** A project of which the whole contract sum is paid; nobody complains of the place from then on. Null when every place has one. */
function paidUp(ctx: LedgerContext): { project: Project; day: DayNumber } | null {
  const finishedDay = ctx.day + ctx.dice.int(3, 6);
  const project = registerProject(ctx, '已验收', finishedDay);
  if (!project) return null;
  payProject(ctx, project, ctx.day + 1, tenth(project) * 3, '工程预付款');
  payProject(ctx, project, finishedDay, tenth(project) * 7, '工程结算款');
  ctx.blockPlace(project.village, project.matter, startOfDayMs(finishedDay));
  return { project, day: finishedDay };
}

/** Contract sums are whole hundreds of yuan. */
const tenth = (project: Project): number => project.contractFen / 10;

function look(ctx: LedgerContext, project: Project, day: DayNumber, why: string): void {
  ctx.truth.addLookalike({ rule, scope: () => project.projectId, why }, [], exportedAtMs(day));
}

function exactlyAtTheLimit(ctx: LedgerContext): void {
  const paid = paidUp(ctx);
  if (!paid) return;
  payProject(ctx, paid.project, paid.day + 4, tenth(paid.project), '工程变更签证款');
  look(ctx, paid.project, paid.day + 4, '付款恰好是合同价的 110%');
}

/** One payment was entered twice and the copy deleted the day after; until then the platform may rightly doubt. */
function enteredTwice(ctx: LedgerContext): void {
  const paid = paidUp(ctx);
  if (!paid) return;
  const copy = payProject(ctx, paid.project, paid.day + 1, tenth(paid.project) * 7, '工程结算款');
  ctx.ledger.put('payment', copy, typedOn(ctx.dice, paid.day + 2), { deleted: true });
  look(ctx, paid.project, paid.day + 2, '结算款重复录入，多的一笔次日已删除');
}
