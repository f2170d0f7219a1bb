import { expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTelemetry, tracer } from './index.js';

test('spans go to the collector that the environment names; without one nothing is started', async () => {
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  expect(await startTelemetry('writer')).toBeNull();

  const heard: { path: string; body: Buffer }[] = [];
  const collector = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      heard.push({ path: request.url ?? '', body: Buffer.concat(pieces) });
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo; // a TCP server that listens has one
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`;
  try {
    const stop = await startTelemetry('writer');
    tracer.startActiveSpan('process records.hotline.order', (span) => span.end());
    await stop?.();
  } finally {
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    await new Promise((resolve) => collector.close(resolve));
  }
  expect(heard.map(({ path }) => path)).toEqual(['/v1/traces']);
  const text = heard[0]?.body.toString('latin1');
  expect(text).toContain('tianyan-writer');
  expect(text).toContain('process records.hotline.order');
});
