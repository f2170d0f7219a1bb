import { aim, say, whole } from './printed.js';
import { AIMED, type LiveBenchResult, type LiveOver, type LiveRow, type RoundCost } from './rules-live.js';
import type { RulesBenchResult } from './rules.js';

/** Aims: a round of live work should cost next to nothing, whatever lies behind it. */
const AIMS = { cpuMs: 60, growth: 2 };
const DEAREST = 5;

export function reportSweeps({ events, rows }: RulesBenchResult): void {
  say(`\nRules over one order, ${whole(events)} order events: milliseconds for so many touched orders, and for all`);
  for (const [name, costs] of Map.groupBy(rows, (row) => row.rules))
    say(`  ${name.padEnd(28)}${costs.map(({ scopes, ms }) => `${scopes}: ${ms}`.padStart(14)).join('')}`);
}

export function reportLive({ base, grown }: LiveBenchResult): void {
  say('\nA live round: so many rules, the newest scopes; milliseconds of processor, and elapsed in brackets');
  reportOver(base, true);
  if (grown === null) return;
  reportOver(grown, false);
  const [before, after] = [aimedOf(base), aimedOf(grown)];
  if (!before || !after) return;
  const growth = after.inProcess.cpuMs / before.inProcess.cpuMs;
  say(
    `  ${AIMED_WORDS}, ${(grown.rows / base.rows).toFixed(1)} × the rows: ${growth.toFixed(2)} ×${aim(growth <= AIMS.growth, '≤ 2 ×')}`,
  );
}

const AIMED_WORDS = `${AIMED.rules} rules over all scopes, ${AIMED.scopes} touched`;

function aimedOf({ rounds }: LiveOver): LiveRow | undefined {
  return rounds.find(({ rules, over, scopes }) => rules === AIMED.rules && over === 'all scopes' && scopes === AIMED.scopes);
}

/** @param isAimed whether it is the size for which the processor time of a round was set */
function reportOver(measured: LiveOver, isAimed: boolean): void {
  say(`  ${whole(measured.rows)} rows`);
  say('   rules  over          groups   scopes        in the process          by SQL alone     ÷');
  for (const { rules, over, groups, scopes, inProcess, bySql } of measured.rounds) {
    const head = `${whole(rules).padStart(8)}  ${over.padEnd(10)}${whole(groups).padStart(10)}${whole(scopes).padStart(9)}`;
    const others = 'failed' in bySql ? `  not by SQL: ${bySql.failed}` : `${cell(bySql)}${times(bySql, inProcess)}`;
    say(`${head}${cell(inProcess)}${others}`);
  }
  const aimed = aimedOf(measured);
  if (!aimed) return;
  const { cpuMs } = aimed.inProcess;
  say(`  ${AIMED_WORDS}: ${cpuMs.toFixed(1)} ms${isAimed ? aim(cpuMs <= AIMS.cpuMs, '≤ 60 ms') : ''}`);
  say('    its dearest groups, each alone:');
  for (const { group, rules, scopes, cost } of measured.profile.slice(0, DEAREST))
    say(`      ${group.padEnd(34)}${String(rules).padStart(4)} rules, ${String(scopes).padStart(3)} scopes ${toText(cost)}`);
}

function cell(round: RoundCost): string {
  return toText(round).padStart(22);
}

function toText({ cpuMs, elapsedMs }: RoundCost): string {
  return `${cpuMs.toFixed(1)} (${elapsedMs.toFixed(0)})`;
}

function times(bySql: RoundCost, inProcess: RoundCost): string {
  return `${(bySql.cpuMs / inProcess.cpuMs).toFixed(0)} ×`.padStart(7);
}
