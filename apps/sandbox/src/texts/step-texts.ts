import { chinaDayOf } from '@tianyan/kernel';
import type { LifeEvent, OrderLife } from '../stories/order-life.js';
import type { County } from '../world/county.js';
import type { Dice } from '../world/dice.js';
import { MATTERS } from '../world/matters.js';
import type { Topic } from './topic.js';
import { topicOf } from './topics.js';

const RETURN_REASONS = [
  '经核实，该事项不属于我单位职责范围，申请退回重新派单。', '该路段管养权属不在我单位，建议转属地政府。', '诉求内容涉及多个部门，我单位非主管，申请退单。',
  '根据三定方案，此项工作已划转，请改派主管部门。', '来电人所述地点不在我辖区。', '该事项正在走司法程序，建议退回。', '信息不全，无法联系诉求人，申请退回补充。',
]; // prettier-ignore
const PLAIN_NOTES: Readonly<Partial<Record<LifeEvent['action'], readonly string[]>>> = {
  accepted: ['坐席受理登记。', '已受理，待派单。', '工单已登记，内容已核对。', '重复来电已关联。'],
  dispatched: ['请按时办理并反馈。', '请核实处理，及时联系诉求人。', '按职责派发。', '请主办单位牵头处理。'],
  signed: ['已签收。', '收到，安排人员办理。', '已签收并转相关科室。'],
  'return-refused': [
    '经审核，属你单位职责，退回理由不成立，请继续办理。',
    '首接负责，不同意退回。',
    '退回依据不足，请依法依规办理。',
  ],
  reassigned: ['退回理由成立，改派。', '经研判，改派该单位办理。', '改派主管部门。'],
  contacted: [
    '已电话联系诉求人，了解详细情况。',
    '与来电人通话，约定现场查看时间。',
    '电话告知办理进度，诉求人表示理解。',
    '首次拨打未接，第二次接通，已沟通。',
  ],
  visited: [
    '现场核查属实，已拍照留存。',
    '组织人员到现场查看。',
    '会同村干部现场核实。',
    '现场未发现来电所述情况，已走访周边群众。',
  ],
  paused: ['需等待第三方检测结果，申请挂起。', '诉求人外出，约定返回后再办。', '涉及施工天气条件，暂缓。'],
  resumed: ['条件具备，恢复办理。', '检测结果已出，继续办理。'],
  'extension-requested': ['因需采购材料，申请延期。', '涉及多部门会商，申请延长办理时限。', '汛期施工困难，申请延期。'],
  'extension-granted': ['同意延期。', '情况属实，同意延期一次。'],
  'extension-refused': ['不符合延期条件，请按时办结。', '理由不充分，不同意延期。'],
  'completion-rejected': [
    '答复内容未回应诉求要点，请补充后再报。',
    '缺少现场照片，退回重办。',
    '未说明解决时限，不予办结。',
    '答复与诉求不符，请重新核实。',
  ],
  completed: ['审核通过，同意办结。', '办理结果符合要求，办结。', '答复完整，予以办结。'],
  rated: ['短信评价。', '语音评价。', '微信评价。'],
};

/** The note that a clerk adds to a step. */
export function stepNote(dice: Dice, life: OrderLife, event: LifeEvent, county: County): string {
  if (event.action === 'returned') return dice.pick(RETURN_REASONS);
  if (event.action === 'completion-applied') return replyText(dice, life, event, county);
  return dice.pick(PLAIN_NOTES[event.action] ?? ['']);
}

/** The reply that the unit gives the citizen; it claims what the form's boxes claim, and nothing else. */
export function replyText(dice: Dice, life: OrderLife, event: LifeEvent, county: County): string {
  if (event.reply !== undefined) return event.reply;
  const unit = event.unit?.name ?? '县12345热线中心';
  const village = county.villages[life.village];
  const matter = MATTERS[life.matter];
  if (!matter) throw new RangeError(`no matter ${life.matter}`);
  const subject = matter.path.split('>').at(-1) ?? '有关';
  const topic = topicOf(matter.code);
  const parts = [
    `${dice.pick(['您好！', '尊敬的市民，您好。', '来电人您好：', ''])}您反映的${village ? village.name : ''}${subject}问题，${unit}${dice.pick(['高度重视', '收悉后立即安排办理', '已认真核实'])}。`,
  ];
  if (event.claims?.contact === true)
    parts.push(
      dice.pick(['工作人员已电话联系您', '经办人已与您通话核实情况', '我单位已与您沟通', '接单后已第一时间与您取得联系']) + '。',
    );
  if (event.claims?.visit === true)
    parts.push(dice.pick(['工作人员已到现场查看', '组织人员赴现场核查', '会同村（居）现场勘查']) + '。');
  parts.push(`${dice.pick(outcomes(life, event, topic))}。`);
  parts.push(dice.pick(['感谢您的关心和支持。', '如有疑问请与我们联系。', '感谢您对我们工作的监督。', '', '']));
  if (dice.chance(0.3)) parts.push(`（${chinaDayOf(event.atMs)}）`);
  return parts.join('');
}

const ANSWERED = [
  '已将办理流程和所需材料告知您',
  '已就相关政策向您作了解答',
  '已告知您受理窗口和联系电话',
  '经查询，已将具体规定向您说明',
];

/** What came of it, as far as the form says. A question is answered, not repaired. */
function outcomes(life: OrderLife, event: LifeEvent, topic: Topic): readonly string[] {
  if (life.category === 'consult') return ANSWERED;
  return event.claims?.solved === true ? topic.done : topic.notDone;
}

/** What the citizen says when the centre calls back. */
export function callBackNote(dice: Dice, event: LifeEvent): string {
  const { solved, contacted } = event.callBack ?? { solved: null, contacted: null };
  const heard =
    solved === true
      ? ['诉求人表示问题已解决。', '已解决，比较满意。', '来电人认可办理结果。']
      : solved === false
        ? ['诉求人表示问题没有解决。', '未解决，只是打了个电话。', '来电人称现场没有变化。']
        : ['诉求人未明确表态。', '电话未接通，短信回访。'];
  const touch =
    contacted === true
      ? ['承办单位联系过。', '有人打过电话。']
      : contacted === false
        ? ['没有人联系过。', '没接到过单位电话。']
        : [''];
  return dice.pick(touch) + dice.pick(heard);
}
