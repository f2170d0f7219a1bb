import type { NoticeSeverity } from './severity.js';

/** 升级: who is told of an alert that nobody of the team has acknowledged for a time. */
export interface Escalation {
  /** Milder alerts wait for ever. */
  minSeverity: NoticeSeverity;
  /** So many hours of office time pass before the first rung is told, and as many again before the second. */
  officeHours: number;
  /** Ids of the persons of the first rung; never empty. */
  firstIds: readonly string[];
  /** Of the second, such as whoever leads; empty: there is none. */
  secondIds: readonly string[];
}

/** Where a county says nothing else: a little more than half a working day. */
export const DEFAULT_ESCALATION_OFFICE_HOURS = 4;
/** Ten working days of seven hours; beyond it an escalation would be none. */
export const MAX_ESCALATION_OFFICE_HOURS = 70;
/** More would be a team of its own. */
export const MAX_ESCALATION_PERSONS = 20;

export const RUNGS = [1, 2] as const;
export type Rung = (typeof RUNGS)[number];

/** Each once: a person who is named twice is told once, and the statement that tells refuses to do it twice. */
export function personsOf(escalation: Escalation, rung: Rung): readonly string[] {
  return [...new Set(rung === 1 ? escalation.firstIds : escalation.secondIds)];
}

/** The start of a bundle's name: alerts that a rung is told of at once are told in one message where they are many. */
export const ESCALATION_BUNDLE = 'escalation:';
