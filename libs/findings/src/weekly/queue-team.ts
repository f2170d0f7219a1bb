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
  minSeverity: Severity;
  /** How many doubts it takes on in a week; null: all. */
  weeklyBudget: number | null;
}

/** A team's queue: what its townships have, beside what other teams are responsible for. */
export interface TeamQueue {
  team: QueueTeam;
  /** Townships that some team is responsible for: what lies elsewhere is the default team's. */
  assigned: readonly string[];
}

export function queuesOf(teams: readonly QueueTeam[]): TeamQueue[] {
  const assigned = [...new Set(teams.flatMap(({ townshipCodes }) => townshipCodes))];
  return teams.map((team) => ({ team, assigned }));
}

/** Monday of the week, `YYYY-MM-DD`: ISO weeks of the county's time zone. */
export function weekOf(nowMs: EpochMs): string {
  return periodOf('atWeek', chinaDayOf(nowMs));
}

/**
 * Whether `finding f` is one of the queue's team: the same that decides who is told of it.
 * @param value registers a value, returns its placeholder
 */
export function concernsSql({ team, assigned }: TeamQueue, value: (value: unknown) => string): string {
  const own = `f.township_code = ANY(${value(team.townshipCodes)}::text[])`;
  const severe = `f.severity >= ${value(severityRank(team.minSeverity))}`;
  if (!team.isDefault) return `${severe} AND ${own}`;
  return `${severe} AND (${own} OR f.township_code IS NULL OR f.township_code <> ALL(${value(assigned)}::text[]))`;
}

/** Ids of what the team has taken on in the week. */
export function placedSql(teamId: string, week: string, value: (value: unknown) => string): string {
  return `SELECT place.finding_id FROM finding_week_place place WHERE place.team_id = ${value(teamId)} AND place.week = ${value(week)}`;
}
