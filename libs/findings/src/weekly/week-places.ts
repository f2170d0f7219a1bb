import type { EpochMs } from '@tianyan/kernel';
import { chinaDayOf, DAY_MS } from '@tianyan/kernel';
import { execute, lockInTransaction, rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import { ASIDE } from '../finding-conditions.js';
import { precisionsOfCounty } from '../precision/precision-queries.js';
import { RED_RISK, riskParameter, riskSql, risksOf, type RuleRisk } from '../risk/risk.js';
import { isShown } from '../rule-sets/shadow.js';
import { concernsSql, placedSql, weekOf, type TeamQueue } from './queue-team.js';

/** Weeks that are kept, for whoever asks what a team had before it. */
const KEPT_DAYS = 366;

const idSchema = z.object({ id: z.string() });
const countSchema = z.object({ count: z.int() });

/**
 * What each rule brings to the risk of its findings, by what was checked in the whole county: a team's week is the same for all its people,
 * whatever each of them sees.
 */
export async function countyRisks(client: ClientBase): Promise<ReadonlyMap<string, RuleRisk>> {
  return risksOf(await precisionsOfCounty(client));
}

/**
 * Fills the free places of the week of each team that has a budget with the findings of the greatest risk among those that wait in its
 * queue. Whoever has a place keeps it for the week, also once it is decided on: that is what the budget is for. A place is free again when
 * its finding waits no longer without anybody having decided (withdrawn, set aside) or concerns other teams. To be called where a week is looked at or something is told; asked twice
 * it changes nothing. One transaction at a time: two that fill at once would take on too much.
 */
export async function takeOn(
  client: ClientBase,
  queues: readonly TeamQueue[],
  nowMs: EpochMs,
  risks: ReadonlyMap<string, RuleRisk>,
): Promise<void> {
  const limited = queues.filter(({ team }) => team.weeklyBudget !== null);
  if (limited.length === 0) return;
  await lockInTransaction(client, 'finding_week_places');
  await execute(client, 'DELETE FROM finding_week_place WHERE week < $1', [chinaDayOf(nowMs - KEPT_DAYS * DAY_MS)]);
  for (const queue of limited) await fill(client, queue, nowMs, risks);
}

async function fill(client: ClientBase, queue: TeamQueue, nowMs: EpochMs, risks: ReadonlyMap<string, RuleRisk>): Promise<void> {
  const { team } = queue;
  const week = weekOf(nowMs);
  const freeing = new Values();
  await execute(
    client,
    `DELETE FROM finding_week_place p WHERE p.team_id = ${freeing.add(team.id)} AND p.week = ${freeing.add(week)} AND NOT EXISTS (
       SELECT 1 FROM finding f WHERE f.id = p.finding_id AND ${isShown('f')} AND ${concernsSql(queue, freeing.add)}
         AND (f.status IN ('dismissed', 'promoted') OR (f.status = 'open' AND f.id NOT IN (${ASIDE}))))`,
    freeing.all,
  );
  const [taken] = await rows(
    client,
    countSchema,
    'SELECT count(*)::int AS count FROM finding_week_place WHERE team_id = $1 AND week = $2',
    [team.id, week],
  );
  const free = (team.weeklyBudget ?? 0) - (taken?.count ?? 0);
  if (free <= 0) return;
  const filling = new Values();
  const risk = riskSql(filling.add(riskParameter(risks)));
  await execute(
    client,
    `INSERT INTO finding_week_place (team_id, week, finding_id, taken_at_ms)
     SELECT ${filling.add(team.id)}, ${filling.add(week)}, f.id, ${filling.add(nowMs)} FROM finding f
     WHERE f.status = 'open' AND ${isShown('f')} AND ${concernsSql(queue, filling.add)} AND f.id NOT IN (${ASIDE})
       AND f.id NOT IN (${placedSql(team.id, week, filling.add)})
     ORDER BY ${risk} DESC, f.id DESC LIMIT ${filling.add(free)}`,
    filling.all,
  );
}

/**
 * Of these findings, by id: the teams that have no place for them this week. A red one is never among them: it is told at once, whatever
 * the budget.
 */
export async function beyondBudget(
  client: ClientBase,
  findingIds: readonly string[],
  queues: readonly TeamQueue[],
  nowMs: EpochMs,
  risks: ReadonlyMap<string, RuleRisk>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const beyond = new Map<string, string[]>();
  for (const queue of queues.filter(({ team }) => team.weeklyBudget !== null)) {
    const values = new Values();
    const found = await rows(
      client,
      idSchema,
      `SELECT f.id FROM finding f WHERE f.id = ANY(${values.add(findingIds)}) AND ${isShown('f')} AND ${concernsSql(queue, values.add)}
         AND ${riskSql(values.add(riskParameter(risks)))} < ${values.add(RED_RISK)}
         AND f.id NOT IN (${placedSql(queue.team.id, weekOf(nowMs), values.add)})`,
      values.all,
    );
    for (const { id } of found) beyond.set(id, [...(beyond.get(id) ?? []), queue.team.id]);
  }
  return beyond;
}

/** The values of a query's parameters, numbered as they are registered. */
class Values {
  readonly all: unknown[] = [];
  readonly add = (value: unknown): string => `$${this.all.push(value)}`;
}
