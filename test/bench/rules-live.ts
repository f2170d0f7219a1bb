import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { evaluationGroups, Evaluator, type EvaluationGroup } from '@tianyan/findings';
import { explain, SharedReads, touchedScopeSchema, type RuleDefinition } from '@tianyan/rules';
import { logTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import { CountyFolder } from './county-folder.js';
import { OWN_YEAR } from './past.js';
import { shippedRules, touchedRules } from './rule-copies.js';

/** What one round of live work costs. */
export interface RoundCost {
  /** Of this process, with ClickHouse embedded in it. */
  cpuMs: number;
  elapsedMs: number;
}

export interface LiveRow {
  rules: number;
  /** Over all kinds of scope that are in use, or orders alone. */
  over: 'all scopes' | 'orders';
  /** Rules over the same scope are asked together. */
  groups: number;
  /** Over all groups. */
  scopes: number;
  /** In this process from the records of the scopes, as the platform does it. */
  inProcess: RoundCost;
  /** By queries alone, as it was before there was another way; or why not. */
  bySql: RoundCost | { failed: string };
}

/** One group of the round with the aim, judged alone: what it reads for itself. */
export interface GroupCost {
  group: string;
  rules: number;
  scopes: number;
  cost: RoundCost;
}

export interface LiveOver {
  /** Rows of the logs. */
  rows: number;
  rounds: readonly LiveRow[];
  /** Where the round goes that has an aim, the dearest first. */
  profile: readonly GroupCost[];
}

export interface LiveBenchResult {
  base: LiveOver;
  /** Over many years more; null: not asked for. */
  grown: LiveOver | null;
}

const RULE_COUNTS = [12, 100, 300] as const;
const TOUCHED = [1, 100, 1_000] as const;
const MOST_TOUCHED = 1_000;
/** The round that has an aim. */
export const AIMED = { rules: 300, scopes: 100 };
/** Of the newest that landed, of each type: enough for as many scopes, though several records touch the same. Batches of a calm hour have two or three. */
const NEWEST_ROWS = 10 * MOST_TOUCHED;
/** The newest batches, as many as hold so many rows. */
const newestBatchesSql = (type: string) => `
  SELECT batch FROM (
    SELECT batch, max(receivedAtMs) AS landedMs, count() AS rows, sum(rows) OVER (ORDER BY landedMs DESC, batch DESC) AS upTo
    FROM ${logTable(type)} WHERE ${OWN_YEAR} GROUP BY batch
  ) WHERE upTo - rows < {rows:UInt32}`;
/** The least of several rounds: others on the machine only add. */
const RUNS = 5;
const batchSchema = z.object({ batch: z.string() });
/** Of a way whose every round takes seconds. */
const RUNS_BY_SQL = 2;

/**
 * Rounds of live work over the county's own year, and over many years more: so many rules over all scopes in use, so many of the scopes
 * that landed last. The same rounds are judged both ways, one after the other.
 */
export async function benchLive(input: {
  size: string;
  seed: number;
  /** In all logs together, at least the county's own year. */
  rows: number;
  grown: number | null;
  say: (text: string) => void;
}): Promise<LiveBenchResult> {
  const folder = new CountyFolder({ ...input, env: {} });
  try {
    const { countyNowMs } = await folder.load(shippedRules().length);
    const over = async (wanted: number): Promise<LiveOver> => {
      const { rows } = await folder.grow(wanted);
      input.say(`rounds over ${rows.toLocaleString('en')} rows`);
      return { rows, ...(await folder.inWarehouse((warehouse) => new Rounds(warehouse, countyNowMs, input.say).all())) };
    };
    return { base: await over(input.rows), grown: input.grown === null ? null : await over(input.grown) };
  } finally {
    folder.remove();
  }
}

/** What is touched of a group. */
export interface Touched<G> {
  group: G;
  scopes: readonly string[];
}

/**
 * So many scopes in all, dealt to the groups as live work does on the whole: the more rules look at a kind of scope, the more of
 * it there are. A group gives no more than it has.
 */
export function dealt<G extends { rules: readonly unknown[] }>(groups: readonly Touched<G>[], count: number): Touched<G>[] {
  const taken = groups.map(({ group, scopes }) => ({ group, scopes, count: 0 }));
  for (let dealt = 0; dealt < count; dealt++) {
    const open = taken.filter((one) => one.count < one.scopes.length);
    const [first] = open.toSorted((a, b) => b.group.rules.length / (b.count + 1) - a.group.rules.length / (a.count + 1));
    if (!first) break;
    first.count++;
  }
  return taken.filter((one) => one.count > 0).map(({ group, scopes, count }) => ({ group, scopes: scopes.slice(0, count) }));
}

class Rounds {
  private readonly evaluator: Evaluator;

  constructor(
    private readonly warehouse: WarehouseReader,
    private readonly nowMs: number,
    private readonly say: (text: string) => void,
  ) {
    this.evaluator = new Evaluator(warehouse);
  }

  async all(): Promise<Omit<LiveOver, 'rows'>> {
    const rounds: LiveRow[] = [];
    for (const rules of RULE_COUNTS) rounds.push(...(await this.over('all scopes', touchedRules(rules))));
    rounds.push(...(await this.over('orders', touchedRules(AIMED.rules, 'orderId'))));
    const groups = await this.touched(touchedRules(AIMED.rules));
    return { rounds, profile: await this.profile(dealt(groups, AIMED.scopes)) };
  }

  private async over(over: LiveRow['over'], rules: readonly RuleDefinition[]): Promise<LiveRow[]> {
    const groups = await this.touched(rules);
    const rounds: LiveRow[] = [];
    for (const scopes of TOUCHED) {
      const work = dealt(groups, scopes);
      rounds.push({ rules: rules.length, over, ...sizeOf(work), ...(await this.both(work)) });
      this.say(`${rules.length} rules over ${over}, ${scopes} touched`);
    }
    return rounds;
  }

  private async touched(rules: readonly RuleDefinition[]): Promise<Touched<EvaluationGroup>[]> {
    const touched: Touched<EvaluationGroup>[] = [];
    for (const group of groupsOf(rules)) touched.push({ group, scopes: await this.newest(group) });
    return touched;
  }

  private async profile(work: readonly Touched<EvaluationGroup>[]): Promise<GroupCost[]> {
    const costs: GroupCost[] = [];
    for (const { group, scopes } of work) {
      const cost = await leastOf(RUNS, async () => void (await this.evaluator.scopes(group, this.nowMs, scopes)));
      costs.push({ group: group.groupId, rules: group.rules.length, scopes: scopes.length, cost });
    }
    return costs.toSorted((a, b) => b.cost.cpuMs - a.cost.cpuMs);
  }

  private async both(work: readonly Touched<EvaluationGroup>[]): Promise<Pick<LiveRow, 'inProcess' | 'bySql'>> {
    const inProcess = await leastOf(RUNS, async () => {
      // As a round of the correlator: what several groups read is read once.
      const shared = new SharedReads();
      await Promise.all(work.map(({ group, scopes }) => this.evaluator.scopes(group, this.nowMs, scopes, { shared })));
    });
    const bySql = async () => {
      await Promise.all(work.map(({ group, scopes }) => this.evaluator.scopesBySql(group, this.nowMs, scopes)));
    };
    try {
      return { inProcess, bySql: await leastOf(RUNS_BY_SQL, bySql) };
    } catch (error) {
      // Said beside the figures: that it cannot is what is to be known of this way.
      return { inProcess, bySql: { failed: firstLine(error) } };
    }
  }

  /** Scopes that what landed last has touched, those of the highest numbers first: the newest orders, contracts and weeks. */
  private async newest(group: EvaluationGroup): Promise<string[]> {
    const touched = new Set<string>();
    for (const type of group.recordTypes) {
      const batches = await readRows(this.warehouse, batchSchema, { sql: newestBatchesSql(type), params: { rows: NEWEST_ROWS } });
      const query = group.touched(
        type,
        batches.map(({ batch }) => batch),
      );
      for (const { scope } of await readRows(this.warehouse, touchedScopeSchema, query)) touched.add(scope);
    }
    return [...touched].sort().reverse().slice(0, MOST_TOUCHED);
  }
}

function groupsOf(rules: readonly RuleDefinition[]): EvaluationGroup[] {
  const calendar = new WorkingCalendar(builtInHolidays());
  return evaluationGroups({ rules, catalogue: builtInCatalogue, calendar, calendarFingerprint: 'bench', explain });
}

function sizeOf(work: readonly Touched<EvaluationGroup>[]): Pick<LiveRow, 'groups' | 'scopes'> {
  return { groups: work.length, scopes: work.reduce((sum, { scopes }) => sum + scopes.length, 0) };
}

async function leastOf(runs: number, round: () => Promise<void>): Promise<RoundCost> {
  const least = { cpuMs: Infinity, elapsedMs: Infinity };
  for (let run = 0; run < runs; run++) {
    const [startMs, before] = [performance.now(), process.cpuUsage()];
    await round();
    const { user, system } = process.cpuUsage(before);
    least.cpuMs = Math.min(least.cpuMs, (user + system) / 1_000);
    least.elapsedMs = Math.min(least.elapsedMs, performance.now() - startMs);
  }
  return least;
}

const MOST_TOLD_CHARACTERS = 120;

function firstLine(error: unknown): string {
  return (
    String(error instanceof Error ? error.message : error)
      .split('\n', 1)[0]
      ?.slice(0, MOST_TOLD_CHARACTERS) ?? ''
  );
}
