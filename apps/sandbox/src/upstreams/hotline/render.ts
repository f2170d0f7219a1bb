import type { OrderAction } from '@tianyan/contracts';
import { DAY_MS, type EpochMs } from '@tianyan/kernel';
import { JUNK_SUB } from '../../nastiness/publications.js';
import { malformedFlow, malformedOrder } from '../../nastiness/malformed-rows.js';
import type { LifeEvent, OrderLife } from '../../stories/order-life.js';
import { matterKeyOf, orderIdOf } from '../../stories/ordinary-order.js';
import { callBackNote, replyText, stepNote } from '../../texts/step-texts.js';
import { complaintText } from '../../texts/complaint-texts.js';
import type { County } from '../../world/county.js';
import { Dice, STREAM } from '../../world/dice.js';
import { CATEGORY_TEXTS, MATTERS, workdaysAllowed } from '../../world/matters.js';
import { mobileNumber, personName, staffOf } from '../../world/people.js';
import { chinaDateTime, deadlineMs } from '../../world/work-time.js';
import type { FeedRow } from './timeline.js';

/** Step codes and names of the hotline's own system. */
export const STEPS: Readonly<Record<OrderAction, readonly [code: string, name: string]>> = {
  accepted: ['10', '工单受理'], dispatched: ['20', '派发'], signed: ['30', '签收'], returned: ['31', '退单申请'], 'return-refused': ['32', '退单驳回'],
  reassigned: ['33', '改派'], contacted: ['41', '联系诉求人'], visited: ['42', '现场核查'], paused: ['51', '挂起'], resumed: ['52', '恢复'],
  'extension-requested': ['53', '延期申请'], 'extension-granted': ['54', '延期同意'], 'extension-refused': ['55', '延期驳回'],
  'completion-applied': ['60', '办结申请'], 'completion-rejected': ['61', '办结驳回'], completed: ['70', '审核办结'], 'called-back': ['80', '回访'], rated: ['81', '满意度评价'],
}; // prettier-ignore

const SATISFACTION = ['', '非常不满意', '不满意', '基本满意', '满意', '非常满意'];
const ROLES = { lead: '主办', assist: '协办' } as const;
const CHANNELS = ['电话', '电话', '电话', '电话', '电话', '微信公众号', '微信公众号', 'App', '网站', '市长信箱'];

const pickChannel = (dice: Dice): string => dice.pick(CHANNELS);

/** By which way the order of this number came in. */
export function channelOf(seed: number, day: number, n: number): string {
  return pickChannel(new Dice(seed, STREAM.orderText, day, n));
}

/** Turns publications into rows as the hotline's interface writes them. A malformed row may be anything. */
export class HotlineRenderer {
  constructor(
    private readonly seed: number,
    private readonly county: County,
  ) {}

  flow(row: FeedRow): unknown {
    const { life, day, n, publication } = row;
    const id = flowId(life, publication.sub);
    const gxsj = publication.publishedAtMs;
    if (publication.variant === 'deletion' || publication.variant === 'ghost-deletion') return { lzid: id, scbz: '1', gxsj };
    const event = life.events[publication.eventIndex];
    if (!event) throw new RangeError(`order ${life.orderId} has no event ${publication.eventIndex}`);
    const dice = new Dice(this.seed, STREAM.flowText, day, n, event.seq);
    const plain = this.plainFlow(life, event, id, gxsj, dice, day, n);
    if (publication.variant === 'malformed')
      return malformedFlow(new Dice(this.seed, STREAM.junk, day, n, publication.sub), plain, publication.sub === JUNK_SUB);
    // A third of it is lost; what is left of a reply is no reply too short, see its test.
    if (publication.variant === 'typo') return { ...plain, bz: `${plain.bz.slice(0, Math.ceil((plain.bz.length * 2) / 3))}……` };
    if (publication.variant === 'wrong-day') return { ...plain, clsj: chinaDateTime(event.atMs - DAY_MS) };
    if (publication.variant === 'misfiled') return { ...plain, gdbh: orderIdOf(day, n > 1 ? n - 1 : n + 1) };
    return plain;
  }

  private plainFlow(life: OrderLife, event: LifeEvent, lzid: string, gxsj: EpochMs, dice: Dice, day: number, n: number) {
    const [hjdm, hjmc] = STEPS[event.action];
    const { unit, claims, callBack } = event;
    return {
      lzid,
      gdbh: life.orderId,
      hjdm,
      hjmc,
      clsj: chinaDateTime(event.atMs),
      bldwbm: unit?.id ?? '',
      bldwmc: unit?.name ?? '',
      zxb: event.role ? ROLES[event.role] : '',
      czr: staffOf(this.seed, unit?.id ?? 'DW999', day * 31 + n),
      bz: event.action === 'called-back' ? callBackNote(dice, event) : stepNote(dice, life, event, this.county),
      ...(claims && { dfzx: { lxqz: yesNo(claims.contact), dxc: yesNo(claims.visit), yjj: yesNo(claims.solved) } }),
      ...(callBack && {
        hfqk: {
          sfjj: callBack.solved === null ? '' : callBack.solved ? '已解决' : '未解决',
          sflx: yesNo(callBack.contacted),
          myd: SATISFACTION[callBack.satisfaction ?? 0] ?? '',
        },
      }),
      ...(event.extendedToMs !== undefined && { yqz: chinaDateTime(event.extendedToMs) }),
      gxsj,
      scbz: '0',
    };
  }

  order(row: FeedRow): unknown {
    const { life, day, n, publication } = row;
    const gxsj = publication.publishedAtMs;
    if (publication.variant === 'deletion') return { gdbh: life.orderId, scbz: '1', gxsj };
    const shown = life.events.slice(0, publication.eventIndex + 1);
    const dice = new Dice(this.seed, STREAM.orderText, day, n);
    const applied = shown.findLast((e) => e.action === 'completion-applied' || (e.action === 'completed' && e.unit === null));
    // The same dice as the flow record's, so that snapshot and flow record carry one reply.
    const reply = applied ? replyText(new Dice(this.seed, STREAM.flowText, day, n, applied.seq), life, applied, this.county) : '';
    const plain = this.plainOrder(life, shown, gxsj, dice, reply);
    if (publication.variant === 'malformed')
      return malformedOrder(new Dice(this.seed, STREAM.junk, day, n, publication.sub, 1), plain, publication.sub === JUNK_SUB);
    if (publication.variant === 'wrong-key') return { ...plain, tsbs: matterKeyOf(this.seed, day, n, 77) };
    if (publication.variant === 'wrong-village') return { ...plain, ...this.wrongVillage(dice) };
    return plain;
  }

  private plainOrder(life: OrderLife, shown: readonly LifeEvent[], gxsj: EpochMs, dice: Dice, reply: string) {
    const matter = MATTERS[life.matter];
    if (!matter) throw new RangeError(`no matter ${life.matter}`);
    const village = this.county.villages[life.village];
    const lead = shown.findLast((e) => e.role === 'lead')?.unit ?? null;
    const dispatched = shown.find((e) => e.action === 'dispatched' && e.role !== 'assist');
    const channel = pickChannel(dice);
    const text = complaintText(dice, matter.code, life.category, village, channel === '电话' ? 'taken-down' : 'own');
    return {
      gdbh: life.orderId,
      gdbt: text.title,
      gdnr: text.content + (life.clue ?? ''),
      slqd: channel,
      sqlx: CATEGORY_TEXTS[life.category],
      sxdm: matter.sourceCode,
      sxfl: matter.path,
      tsbs: life.matterKey ?? '',
      xzdm: village?.township.code ?? '',
      xzmc: village?.township.name ?? '',
      sqdm: village?.code ?? '',
      sqmc: village?.name ?? '',
      sfdz: text.place,
      lxr: personName(dice),
      lxdh: mobileNumber(dice),
      sfbm: yesNo(life.confidential),
      jjcd: life.urgent ? '紧急' : '一般',
      bjzt: statusOf(shown),
      cbdwbm: lead?.id ?? '',
      cbdwmc: lead?.name ?? '',
      cnsj: dispatched ? chinaDateTime(deadlineMs(dispatched.atMs, workdaysAllowed(life.category)) - 1000) : '',
      cljg: reply,
      slsj: chinaDateTime(life.acceptedAtMs),
      gxsj,
      scbz: '0',
    };
  }

  /** A first guess of the clerk; a village alone makes no problem, so a question is asked in its name for the while. */
  private wrongVillage(dice: Dice) {
    const wrong = this.county.villages[dice.int(0, this.county.villages.length - 1)];
    return {
      xzdm: wrong?.township.code ?? '',
      xzmc: wrong?.township.name ?? '',
      sqdm: wrong?.code ?? '',
      sqmc: wrong?.name ?? '',
      sqlx: CATEGORY_TEXTS.consult,
    };
  }
}

export function flowId(life: OrderLife, sub: number): string {
  return `${life.orderId}-${String(sub).padStart(2, '0')}`;
}

function yesNo(value: boolean | null): '是' | '否' | '' {
  return value === null ? '' : value ? '是' : '否';
}

function statusOf(shown: readonly LifeEvent[]): string {
  const last = shown.findLast((e) => e.action !== 'rated' && e.role !== 'assist');
  switch (last?.action) {
    case undefined:
    case 'accepted':
      return '待派单';
    case 'dispatched':
    case 'reassigned':
      return '待签收';
    case 'returned':
      return '已退回';
    case 'paused':
      return '已挂起';
    case 'completion-applied':
      return '待审核';
    case 'completed':
      return '已办结';
    case 'called-back':
      return '已回访';
    default:
      return '办理中';
  }
}
