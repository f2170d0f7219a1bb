import { aim, say, whole } from './printed.js';
import type { LiveBenchResult, LiveOver, LiveRow, RoundCost } from './rules-live.js';
import type { RulesBenchResult } from './rules.js';

/** Aims: a round of live work should cost next to nothing, whatever lies behind it. */
const AIMS = { rules: 300, scopes: 100, cpuMs: 60, growth: 2 };

export function reportSweeps({ events, rows }: RulesBenchResult): void {
  say(`\nRules over one order, ${whole(events)} order events: milliseconds for so many touched orders, and for all`);
  for (const [name, costs] of Map.groupBy(rows, (row) => row.rules))
    say(`  ${name.padEnd(28)}${costs.map(({ scopes, ms }) => `${scopes}: ${ms}`.padStart(14)).join('')}`);
}

export function reportLive({ base, grown }: LiveBenchResult): void {
  say('\nA live round: rules over all scopes in use, the newest scopes; milliseconds of processor, and elapsed in brackets');
  reportOver(base);
  const aimed = aimedOf(base);
  if (aimed) say(`  300 rules, 100 scopes: ${cost(aimed.inProcess)}${aim(aimed.inProcess.cpuMs <= AIMS.cpuMs, '≤ 60 ms')}`);
  if (grown === null) return;
  reportOver(grown);
  const more = aimedOf(grown);
  if (!aimed || !more) return;
  const growth = more.inProcess.cpuMs / aimed.inProcess.cpuMs;
  say(
    `  300 rules, 100 scopes, ${(grown.rows / base.rows).toFixed(1)} × the rows: ${growth.toFixed(2)} ×${aim(growth <= AIMS.growth, '≤ 2 ×')}`,
  );
}

function aimedOf({ rounds }: LiveOver): LiveRow | undefined {
  return rounds.find(({ rules, scopes }) => rules === AIMS.rules && scopes === AIMS.scopes);
}

function reportOver({ rows, rounds }: LiveOver): void {
  say(`  ${whole(rows)} rows`);
  say('   rules   groups   scopes        in the process          by SQL alone     ÷');
  for (const { rules, groups, scopes, inProcess, bySql } of rounds) {
    const head = [rules, groups, scopes].map((count) => whole(count).padStart(8)).join(' ');
    const others = 'failed' in bySql ? `  not by SQL: ${bySql.failed}` : `${cell(bySql)}${times(bySql, inProcess)}`;
    say(`${head}${cell(inProcess)}${others}`);
  }
}

function cell(round: RoundCost): string {
  return cost(round).padStart(22);
}

function cost({ cpuMs, elapsedMs }: RoundCost): string {
  return `${cpuMs.toFixed(1)} (${elapsedMs.toFixed(0)})`;
}

function times(bySql: RoundCost, inProcess: RoundCost): string {
  return `${(bySql.cpuMs / inProcess.cpuMs).toFixed(0)} ×`.padStart(7);
}
