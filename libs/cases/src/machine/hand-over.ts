import type { ClueFacts, StepOf, StepTaker } from './facts.js';
import { handledBy, refusalOfHandler, type Refusal } from './step-table.js';

/**
 * Why a clue may not be handed over (移交) from one handler to another, whatever it waits for. It stays where it stands, and whoever proposed or
 * submitted something is still who did: the new handler does not become that person.
 */
export function refusalOfHandOver(facts: ClueFacts, step: StepOf<'hand-over'>, taker: StepTaker): Refusal {
  if (taker.by !== 'person') return '这一步须由人办理。';
  if (taker.forId !== undefined) return '移交须由本人办理，不能代办。';
  if (facts.recusedIds.includes(taker.userId)) return '您已在这条线索上回避，须由另一人移交。';
  if (facts.circleIds !== null && !facts.circleIds.includes(taker.userId)) return '您不在这条线索的知悉范围内。';
  if (facts.assigneeId !== step.fromId) return '这条线索已不由原来的人承办，请刷新页面后重新选择。';
  return refusalOfHandler(facts, step.assigneeId);
}

export function handedOver(facts: ClueFacts, { assigneeId }: StepOf<'hand-over'>): ClueFacts {
  return handledBy(facts, assigneeId);
}
