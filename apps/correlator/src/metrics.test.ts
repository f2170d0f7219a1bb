import { expect, test } from '@jest/globals';
import { createMetrics, showFigures } from '@tianyan/runtime';
import { correlatorFigures } from './correlator-figures.js';
import { CorrelatorMetrics } from './metrics.js';

test('whether 99 of 100 records took two seconds at most can be told exactly', async () => {
  const shown = createMetrics();
  const metrics = new CorrelatorMetrics();
  showFigures(shown, correlatorFigures(metrics));
  shown.registerMetric(metrics.delay);
  for (const delayMs of [40, 2_000, 2_001, 900_000]) metrics.delay.observe(delayMs);
  const text = await shown.metrics();
  expect(text).toContain('tianyan_correlator_delay_ms_bucket{le="50"} 1\n');
  expect(text).toContain('tianyan_correlator_delay_ms_bucket{le="2000"} 2\n');
  expect(text).toContain('tianyan_correlator_delay_ms_bucket{le="300000"} 3\n');
  expect(text).toContain('tianyan_correlator_delay_ms_count 4\n');
  expect(text).toContain('tianyan_correlator_landed_batches_total 0\n');
});

test('drift is shown once something has been compared', async () => {
  const shown = createMetrics();
  const metrics = new CorrelatorMetrics();
  showFigures(shown, correlatorFigures(metrics));
  expect(await shown.metrics()).not.toMatch(/^tianyan_correlator_drift_findings /m);
  metrics.drift = { findings: 0, wakeUps: 2, sweptAtMs: 1 };
  const text = await shown.metrics();
  expect(text).toContain('tianyan_correlator_drift_findings 0\n');
  expect(text).toContain('tianyan_correlator_drift_wake_ups 2\n');
});
