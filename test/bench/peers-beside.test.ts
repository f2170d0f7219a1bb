import { describe, expect, test } from '@jest/globals';
import { assertPeers, readRuns, type PeerFigures } from './peers-beside.js';
import { ratiosOf, reportPeers } from './peers-report.js';
import type { PeersBenchResult } from './peers.js';

const SAID = `events: /data/ev-7-1000.ndjson
reference alerts: /data/ref-7-1000.txt (12 lines)
flink file         {"engine":"flink-2.3-kpf","mode":"file","n":1000,"sec":1.000,"eps":1000,"startMs":3300,"alerts":12,"rssMB":951}  alerts identical
flink mem          {"engine":"flink-2.3-kpf","mode":"mem","n":1000,"sec":0.500,"eps":2000,"startMs":3300,"alerts":12,"rssMB":940}  alerts identical
flink mem          {"engine":"flink-2.3-kpf","mode":"mem","n":1000,"sec":0.250,"eps":4000,"startMs":3300,"alerts":12,"rssMB":960}  alerts DIFFERS
flink mem          {"engine":"flink-2.3-kpf","mode":"mem","n":1000,"sec":0.333,"eps":3000,"startMs":3300,"alerts":12,"rssMB":950}  alerts identical
flink-cep file       alerts DIFFERS
duckdb             {"engine": "duckdb", "n": 1000, "load": 0.1, "rules": 0.1, "rulesBest": 0.1, "kFile": 5, "kLoaded": 10, "alerts": 12, "rssMB": 297}  alerts identical
live chdb g128 t1  {"engine": "chdb live one", "batches": 500, "p50": 52.8, "p99": 72.7, "cpuMsEvent": 0.73, "rssMB": 642}  alerts identical
`;

const nothing: PeerFigures = { name: '', runs: 1, isIdentical: true };

describe('what the peers print', () => {
  test('is read as the median of each, and as wrong where one run was', () => {
    const { figures: read, without } = readRuns(SAID);
    expect(without).toEqual(['flink-cep file']);
    expect(read.map(({ name, runs, isIdentical }) => [name, runs, isIdentical])).toEqual([
      ['flink file', 1, true],
      ['flink mem', 3, false],
      ['duckdb', 1, true],
      ['live chdb g128 t1', 1, true],
    ]);
    expect(read.map(({ filePerSecond, loadedPerSecond }) => [filePerSecond, loadedPerSecond])).toEqual([
      [1_000, undefined],
      [undefined, 3_000],
      [5_000, 10_000],
      [undefined, undefined],
    ]);
    expect(read[3]).toMatchObject({ p50Ms: 52.8, p99Ms: 72.7, cpuMsPerEvent: 0.73, megabytes: 642 });
  });

  test('a peer of no known name is refused', () => {
    expect(() => assertPeers(['flink', 'storm'])).toThrow('no peer storm');
  });
});

function measured(changed: Partial<PeersBenchResult>): PeersBenchResult {
  const ran = { ms: 1_000, cpuMs: 100, peakBytes: 1024 ** 3 };
  return {
    events: 40_000,
    imported: { records: 44_000, import: ran, judging: ran, differences: 0 },
    sweepMs: 1_000,
    sweepCpuMs: 1_000,
    batch: { p50Ms: 20, p99Ms: 50, cpuMsPerEvent: 0.2, batches: 500 },
    differences: [0, 0, 0, 0, 0],
    alerts: [],
    beside: { figures: [], leftOut: [] },
    ...changed,
  };
}

function reported(result: PeersBenchResult): { isRight: boolean; printed: string } {
  const lines: string[] = [];
  const isRight = reportPeers(result, (text) => lines.push(text));
  return { isRight, printed: lines.join('\n') };
}

describe('the report', () => {
  test('says of each ratio whether its aim was met', () => {
    const figures: PeerFigures[] = [
      { ...nothing, name: 'flink mem', loadedPerSecond: 10_000 },
      { ...nothing, name: 'esper mem', loadedPerSecond: 10_001 },
      { ...nothing, name: 'duckdb', loadedPerSecond: 80_000 },
      { ...nothing, name: 'chdb', loadedPerSecond: 40_000 },
      { ...nothing, name: 'live chdb g1024', p50Ms: 60, cpuMsPerEvent: 0.599 },
      { ...nothing, name: 'live chdb g128 t1', p50Ms: 40, cpuMsPerEvent: 0.9 },
    ];
    const ratios = ratiosOf(measured({ beside: { figures, leftOut: [] } }));
    expect(ratios.map(({ value, met }) => [value.toFixed(2), met])).toEqual([
      ['4.00', true],
      ['4.00', false],
      ['0.50', true],
      ['1.00', null],
      ['0.50', true],
      ['0.33', false],
    ]);
  });

  test('alerts that differ are an aim that is missed, ours and a peer’s', () => {
    expect(reported(measured({})).isRight).toBe(true);
    for (const differences of [
      [0, 1, 0, 0, 0],
      [0, 0, 0, 0, 2],
    ]) {
      const { isRight, printed } = reported(measured({ differences }));
      expect(isRight).toBe(false);
      expect(printed).toContain(`${differences.join(', ')}   (aim 0: MISSED)`);
    }
    const ofImport = measured({ imported: { ...measured({}).imported, differences: 3 } });
    expect(reported(ofImport).isRight).toBe(false);
    const figures = [{ ...nothing, name: 'duckdb', isIdentical: false }];
    const peer = reported(measured({ beside: { figures, leftOut: [] } }));
    expect(peer.isRight).toBe(false);
    expect(peer.printed).toContain('(aim alerts identical: MISSED)');
  });

  test('who is left out is named, with the reason, and is no difference', () => {
    const { isRight, printed } = reported(
      measured({ beside: { figures: [], leftOut: [{ name: 'flink', reason: 'mvn is not installed' }] } }),
    );
    expect(isRight).toBe(true);
    expect(printed).toMatch(/flink +left out: mvn is not installed/);
  });

  test('counts events up to findings, the import and the judging together', () => {
    expect(reported(measured({})).printed).toContain('from a table to findings 20,000 events/s   (aim ≥ 15,000/s: met)');
  });
});
