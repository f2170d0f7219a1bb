import { parameterOf } from '../../language/deadline.js';
import type { Absence } from './schema.js';

/** The parameter by which every clause looks up its deadline. */
export function appliedTo({ any }: Pick<Absence, 'any'>): readonly string[] {
  const limits = any.map((clause) => (clause.look === 'forward' ? parameterOf(clause.deadline) : null));
  const [first] = limits;
  return new Set(limits).size === 1 && first ? [first] : [];
}
