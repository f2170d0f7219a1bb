import type { Unit } from '../world/county.js';
import { dayText } from '../world/work-time.js';
import type { OrderLife } from './order-life.js';
import { mattersInTurn } from './repeated-complaint.js';
import { beginOrder, contact, dispatchAndSign } from './story-order.js';
import type { Story, StoryContext, Storyteller } from './story.js';

const rule = 'reply-copied';
const NO_STORY: Story = { orders: [], problems: [], lookalikes: [] };

/** Says nothing of the matter, so that it fits every one. */
const COPIED =
  '您好，您反映的问题我单位高度重视，已安排专人认真核实处理，后续将加强日常管理和巡查，感谢您对我们工作的监督与支持。';
/** The same once more, as somebody types it who pastes most of it. */
const RETYPED =
  '您好！您反映的问题 我单位高度重视，已安排专人认真核实处理；后续将加强日常管理和巡查，感谢您对我们工作的监督与支持！';
/** What every unit says of every order while it is at work. */
const STANDARD = '您的诉求已受理，正在办理中，请耐心等待。';
/** One text for one thing that was done, told to several who asked; of the next story it is another. */
function answerOfOneMatter({ dice }: StoryContext): string {
  const cause = dice.pick(['因连日暴雨损坏', '被过往货车碰坏', '使用年限已到、部件老化', '原施工单位尚未移交']);
  const done = dice.pick([
    '抢修队当晚更换部件并恢复使用',
    '已列入本月维修计划，先行围挡',
    '已责成施工单位限期整改到位',
    '已申请资金、另行招标采购',
  ]);
  const then = dice.pick(['次日复查正常', '周五由村干部复查', '完工后张榜公布结果', '后续由物业每日巡查']);
  return `经现场核实，该处设施${cause}，${done}，${then}，已逐一电话告知来电的各位居民。`;
}

/** Of which the same text is told before it is one too many. */
const LEAST_VILLAGES = 3;

interface Told {
  orders: OrderLife[];
  unit: Unit;
}

/** Orders of one day about different matters of different villages, closed by one unit with these replies. */
function answered(ctx: StoryContext, unit: Unit, replies: readonly string[]): Told {
  const matters = mattersInTurn(ctx.dice, replies.length);
  const villages = new Set<number>();
  const orders = replies.map((reply, i) => {
    const matter = matters[i] ?? 0;
    let begun = beginOrder(ctx, { category: 'help', matter });
    while (villages.has(begun.life.village)) begun = beginOrder(ctx, { category: 'help', matter });
    const { life, script } = begun;
    villages.add(life.village);
    contact(dispatchAndSign(script, unit), unit);
    script.work(25, 150).step('completion-applied', unit, { claims: { contact: true, visit: null, solved: null }, reply });
    script.work(5, 60).step('completed', unit);
    return life;
  });
  return { orders, unit };
}

/** Stories of one unit in one month would add up: each day of it has a unit for problems, and one for look-alikes. */
function unitOf({ county, day }: StoryContext, kind: 0 | 1): Unit | null {
  return county.units[2 * (Number(dayText(day).slice(8)) - 1) + kind] ?? null;
}

const scopeOf =
  ({ unit }: Told, ctx: StoryContext) =>
  () =>
    `${unit.id}|${dayText(ctx.day).slice(0, 7)}`;

/** The unit answers different villages about different things with one and the same text. */
export const replyCopied: Storyteller = {
  rule,
  problem(ctx): Story {
    const unit = unitOf(ctx, 0);
    if (!unit) return NO_STORY;
    const told = answered(
      ctx,
      unit,
      ctx.dice.pick([
        [COPIED, COPIED, RETYPED],
        [COPIED, RETYPED, COPIED, COPIED],
      ]),
    );
    const applied = told.orders.map(({ events }) => events.find((e) => e.action === 'completion-applied')?.atMs ?? 0);
    // With the reply to the third village.
    const fromMs = applied.toSorted((a, b) => a - b)[LEAST_VILLAGES - 1] ?? 0;
    const story = `${told.orders.length} 个村的诉求答复雷同`;
    return { orders: told.orders, problems: [{ rule, scope: scopeOf(told, ctx), fromMs, toMs: null, story }], lookalikes: [] };
  },
  lookalike(ctx): Story {
    const isOneMatter = ctx.dice.chance(0.5);
    const reply = isOneMatter ? answerOfOneMatter(ctx) : STANDARD;
    const unit = unitOf(ctx, 1);
    if (!unit) return NO_STORY;
    const told = answered(ctx, unit, [reply, reply, reply]);
    const [first] = told.orders;
    // Questions: three complaints of one matter would be a problem of their own.
    if (isOneMatter && first)
      for (const order of told.orders)
        Object.assign(order, { category: 'consult', matter: first.matter, village: first.village, matterKey: first.matterKey });
    const why = isOneMatter ? '三个人咨询同一件事，答复相同' : '程式化的短句';
    return { orders: told.orders, problems: [], lookalikes: [{ rule, scope: scopeOf(told, ctx), why }] };
  },
};
