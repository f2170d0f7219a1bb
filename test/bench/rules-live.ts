import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { compileRules, loadPack, type RuleDefinition, type RuleGroup } from '@tianyan/rules';
import type { SqlQuery, WarehouseAdmin } from '@tianyan/warehouse';

/** What a live round over one scope costs, judged by SQL and in the process, in the same run. */
export interface LiveRow {
  rules: number;
  scopes: number;
  /** Processor time of this process, ClickHouse embedded in it included. */
  sqlCpuMs: number | null;
  roundCpuMs: number;
  roundMs: number;
}

const RULE_COUNTS = [4, 12, 100, 300] as const;
const TOUCHED = [1, 100, 1_000] as const;
/** More take seconds of analysis for each round. */
const MOST_RULES_BY_SQL = 12;
const RUNS = 5;

export async function benchLive(
  warehouse: WarehouseAdmin,
  nowMs: number,
  orderIds: (count: number) => string[],
): Promise<LiveRow[]> {
  const calendar = new WorkingCalendar(builtInHolidays());
  const rows: LiveRow[] = [];
  for (const count of RULE_COUNTS) {
    const rules = copies(count);
    const [group] = compileRules(rules, builtInCatalogue);
    if (!group) throw new RangeError('no rules');
    const judge = group.inProcess(calendar);
    if (!judge) throw new RangeError('these rules are not judged in the process');
    for (const scopes of TOUCHED) {
      const keys = orderIds(scopes);
      const row: LiveRow = { rules: count, scopes, sqlCpuMs: null, roundCpuMs: Infinity, roundMs: Infinity };
      for (let run = 0; run < RUNS; run++) {
        const startMs = performance.now();
        const round = await cpuMs(() => judge.judge(keys, nowMs, (query) => warehouse.rows(oneThread(query))));
        row.roundMs = Math.min(row.roundMs, performance.now() - startMs);
        row.roundCpuMs = Math.min(row.roundCpuMs, round.ms);
      }
      if (count <= MOST_RULES_BY_SQL) row.sqlCpuMs = (await cpuMs(() => bySql(warehouse, group, nowMs, keys))).ms;
      rows.push(row);
    }
  }
  return rows;
}

async function bySql(warehouse: WarehouseAdmin, group: RuleGroup, nowMs: number, scopes: readonly string[]): Promise<void> {
  for (const query of group.evaluate({ nowMs, scopes })) for (const row of await warehouse.rows(query)) group.parseRow(row);
}

/** The shipped rules over orders, again and again, with other figures: no two ask the same. */
function copies(count: number): RuleDefinition[] {
  const shipped = loadPack().filter((rule) => rule.scope.join() === 'orderId');
  return Array.from({ length: count }, (_, i) => {
    const rule = shipped[i % shipped.length];
    if (!rule) throw new RangeError('no rules');
    const parameters = Object.entries(rule.parameters).map(([name, parameter]) => [
      name,
      parameter.value === undefined ? parameter : { ...parameter, value: parameter.value + Math.floor(i / shipped.length) },
    ]);
    // The same parameters with other values.
    return { ...rule, id: `${rule.id}-${i}`, parameters: Object.fromEntries(parameters) as RuleDefinition['parameters'] };
  });
}

/** As the platform reads a few scopes. */
function oneThread({ sql, params }: SqlQuery): SqlQuery {
  return { sql: `${sql}\nSETTINGS max_threads = 1`, params };
}

async function cpuMs<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, ms: (user + system) / 1_000 };
}
