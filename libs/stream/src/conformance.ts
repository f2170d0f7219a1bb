import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { consumingTests } from './conformance/consuming.js';
import { failureTests } from './conformance/failures.js';
import { groupTests } from './conformance/groups.js';
import { ConformanceBench, type StreamFixture } from './conformance/bench.js';

export type { StreamFixture } from './conformance/bench.js';

/** A server's cold start on a busy machine. */
const START_TIMEOUT_MS = 150_000;

/** What an adapter must do, whatever its technology: call it from a test file of the adapter. `makeFixture` runs once. */
export function streamConformance(technology: string, makeFixture: () => Promise<StreamFixture>): void {
  describe(`stream on ${technology}`, () => {
    const bench = new ConformanceBench();
    beforeAll(() => bench.open(makeFixture), START_TIMEOUT_MS);
    afterEach(() => bench.stopConsumers());
    afterAll(() => bench.close());
    consumingTests(bench);
    failureTests(bench);
    groupTests(bench);
  });
}
