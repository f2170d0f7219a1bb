import type { Figure } from '@tianyan/runtime';
import type { CorrelatorMetrics } from './metrics.js';

/** What the correlator shows to Prometheus, besides the histogram of its delays. */
export function correlatorFigures(metrics: CorrelatorMetrics): Figure[] {
  const figure = (kind: Figure['kind'], name: string, help: string, read: () => number | null): Figure => ({
    name: `tianyan_correlator_${name}`,
    help,
    kind,
    read,
  });
  return [
    figure('counter', 'landed_batches_total', 'Announced batches evaluated.', () => metrics.landedBatches),
    figure('counter', 'landed_records_total', 'Records in these batches.', () => metrics.landedRecords),
    figure('counter', 'evaluated_scopes_total', 'Scopes evaluated, live and by time.', () => metrics.evaluatedScopes),
    figure('counter', 'wake_ups_total', 'Stored instants that came.', () => metrics.wakeUps),
    figure(
      'counter',
      'late_scopes_total',
      'Scopes of periods that are over, judged after late records.',
      () => metrics.lateScopes,
    ),
    figure(
      'gauge',
      'late_since_ms',
      'Since when the longest waiting scope of a period that is over has waited; none where nothing waits.',
      () => metrics.lateSinceMs,
    ),
    figure('counter', 'changed_findings_total', 'Findings opened, changed or withdrawn.', () => metrics.changedFindings),
    figure('counter', 'held_total', 'Answers that waited for an announced load to land.', () => metrics.held),
    figure('counter', 'superseded_total', 'Answers left out because a newer one was stored.', () => metrics.superseded),
    figure(
      'counter',
      'failed_watches_total',
      'Rounds of watches beside evaluation that failed; must be 0.',
      () => metrics.failedWatches,
    ),
    figure(
      'gauge',
      'drift_findings',
      'Findings that differed at the last sweep; must be 0.',
      () => metrics.drift?.findings ?? null,
    ),
    figure(
      'gauge',
      'drift_wake_ups',
      'Wake-ups that differed at the last sweep; must be 0.',
      () => metrics.drift?.wakeUps ?? null,
    ),
  ];
}
