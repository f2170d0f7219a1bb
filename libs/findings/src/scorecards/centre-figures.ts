import { EVERY, MIN_SAMPLE, type FigureDefinition, type FigureSource, type FigureWords } from './figure-definition.js';

/** Seconds within which a call should be answered. */
const ANSWER_SECONDS = 15;
/** Hours within which an accepted order should be given to a unit; as in the rule shipped. */
export const DISPATCH_HOURS = 24;

const COUNTY = ['county'] as const;

/** Of the centre's own work, not of any unit's. */
const centreFigure = (source: FigureSource, words: FigureWords, sql: FigureDefinition['sql']): FigureDefinition => ({
  ...words,
  group: 'centre',
  places: COUNTY,
  source,
  minSample: MIN_SAMPLE,
  sql,
});

/** How the hotline's centre answers, takes down and hands on. */
export const CENTRE_FIGURES: readonly FigureDefinition[] = [
  centreFigure(
    'call',
    {
      id: 'connectedShare',
      label: '接通率',
      counted: '接通的来电',
      of: '本期转入人工排队的来电',
      leftOut: '没有进入排队的来电不计。',
      better: 'higher',
    },
    { counted: `outcome = 'answered'`, of: EVERY },
  ),
  centreFigure(
    'call',
    {
      id: 'quickShare',
      label: `${ANSWER_SECONDS} 秒接通率`,
      counted: `${ANSWER_SECONDS} 秒内接听的来电`,
      of: '接通的来电',
      leftOut: '放弃的来电不计。',
      better: 'higher',
    },
    { counted: `outcome = 'answered' AND waitSeconds <= ${ANSWER_SECONDS}`, of: `outcome = 'answered'` },
  ),
  centreFigure(
    'call',
    {
      id: 'recordedShare',
      label: '受理率',
      counted: '其中建了工单的来电',
      of: '接通、有通话时长的来电',
      leftOut: '咨询当场答复、重复来电并入原工单的，本来不必另建，所以只宜和往期比。',
      better: null,
    },
    {
      counted: `outcome = 'answered' AND talkSeconds > 0 AND orderId IS NOT NULL`,
      of: `outcome = 'answered' AND talkSeconds > 0`,
    },
  ),
  centreFigure(
    'order',
    {
      id: 'dispatchedShare',
      label: `${DISPATCH_HOURS} 小时派单率`,
      counted: `受理后 ${DISPATCH_HOURS} 小时内第一次派单的工单`,
      of: '派过单的，或派单时限已过、没有直接答复办结的工单',
      leftOut: '没有派单、直接答复办结的不计；来源不报受理和派单的不计。',
      better: 'higher',
    },
    {
      counted: 'dispatchedAtMs > 0 AND dispatchedAtMs <= dispatchDueAtMs',
      of: 'dispatchedAtMs > 0 OR (acceptances > 0 AND completedAtMs = 0 AND dispatchDueAtMs < {nowMs:Int64})',
    },
  ),
  centreFigure(
    'order',
    {
      id: 'wrongDispatchShare',
      label: '派错率',
      counted: '第一次退回以后改派给别的单位的工单',
      of: '派过单的工单',
      leftOut: '退回被驳、仍由原单位办理的不算派错；协办单位退回的，退回、改派没有写明单位的不算。',
      better: 'lower',
    },
    { counted: 'dispatchedAtMs > 0 AND movedOn', of: 'dispatchedAtMs > 0' },
  ),
  centreFigure(
    'order',
    {
      id: 'refusedReturnShare',
      label: '退错率',
      counted: '退回被驳回过的工单',
      of: '退回过的工单',
      leftOut: '来源不报驳回退回的，总是 0。',
      better: 'lower',
    },
    { counted: 'returns > 0 AND refusals > 0', of: 'returns > 0' },
  ),
];
