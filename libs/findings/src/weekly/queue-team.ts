import { periodOf } from '@tianyan/contracts';
import { chinaDayOf, type EpochMs } from '@tianyan/kernel';
import type { Severity } from '@tianyan/rules';
import { severityRank } from '../finding-rows.js';

/** A team, as far as it says which findings stand in its queue; a team of libs/notices fits as it is. */
export interface QueueTeam {
  id: string;
  /** Gets what no team is responsible for. */
  isDefault: boolean;
  townshipCodes: readonly string[];
  /** Missing or empty: of all classes, of all units. */
  problemClasses?: readonly string[];
  unitIds?: readonly string[];
  minSeverity: Severity;
  /** How many doubts it takes on in a week; null: all. */
  weeklyBudget: number | null;
}

/** A team's queue: what it takes, beside what other teams do. */
export interface TeamQueue {
  team: QueueTeam;
  /** What some team takes: the rest is the default team's. */
  taken: Taken;
}

interface Taken {
  /** Townships of teams that take all of them. */
  townships: readonly string[];
  /** The others: they take some classes or units alone. */
  conditional: readonly QueueTeam[];
}

export function queuesOf(teams: readonly QueueTeam[]): TeamQueue[] {
  const conditional = teams.filter(isConditional);
  const townships = [...new Set(teams.flatMap((team) => (isConditional(team) ? [] : team.townshipCodes)))];
  return teams.map((team) => ({ team, taken: { townships, conditional } }));
}

function isConditional({ problemClasses = [], unitIds = [] }: QueueTeam): boolean {
  return problemClasses.length + unitIds.length > 0;
}

/** Monday of the week, `YYYY-MM-DD`: ISO weeks of the county's time zone. */
export function weekOf(nowMs: EpochMs): string {
  return periodOf('atWeek', chinaDayOf(nowMs));
}

/** Whether it depends on the unit of a finding what stands in the queue: the kept counts do not know units. */
export function asksForUnits({ team, taken }: TeamQueue): boolean {
  const others = team.isDefault ? taken.conditional : [];
  return [team, ...others].some(({ unitIds = [] }) => unitIds.length > 0);
}

type Value = (value: unknown) => string;

/**
 * Whether `finding f` is one of the queue's team: the same that decides who is told of it (the targets of `AlertOutbox` of libs/notices).
 * @param value registers a value, returns its placeholder
 */
export function concernsSql({ team, taken }: TeamQueue, value: Value): string {
  const own = takesSql(team, value);
  const severe = `f.severity >= ${value(severityRank(team.minSeverity))}`;
  if (!team.isDefault) return `${severe} AND ${own}`;
  const others = [inTownshipsSql(taken.townships, value), ...taken.conditional.map((other) => takesSql(other, value))];
  return `${severe} AND (${own} OR (${others.join(' OR ')}) IS NOT TRUE)`;
}

/** A team without townships takes nothing, or, with another condition, what meets it in the whole county. */
function takesSql(team: QueueTeam, value: Value): string {
  const { townshipCodes, problemClasses = [], unitIds = [] } = team;
  const places = townshipCodes.length === 0 && isConditional(team) ? 'true' : inTownshipsSql(townshipCodes, value);
  const classes = problemClasses.length === 0 ? 'true' : `f.problem_class = ANY(${value(problemClasses)}::text[])`;
  const units = unitIds.length === 0 ? 'true' : `f.unit_id = ANY(${value(unitIds)}::text[])`;
  return `(${places} AND ${classes} AND ${units})`;
}

function inTownshipsSql(townships: readonly string[], value: Value): string {
  return `f.township_code = ANY(${value(townships)}::text[])`;
}

/** Ids of what the team has taken on in the week. */
export function placedSql(teamId: string, week: string, value: (value: unknown) => string): string {
  return `SELECT place.finding_id FROM finding_week_place place WHERE place.team_id = ${value(teamId)} AND place.week = ${value(week)}`;
}
