import { afterAll, describe, expect, test } from '@jest/globals';
import { ApiClient, until } from '../product/api-client.js';
import { Product } from '../product/product.js';
import { AT_RATE_RULES, isPerfect, scoreByRule, table, truthAt, type RuleScore, PACKED_RULES } from '../product/truth.js';

/**
 * The whole product against the sandbox's truth list, with every nastiness of the upstreams on: late, repeated,
 * reordered, corrected, deleted and malformed records, outages, clock skew.
 */
const SETTLE_TIMEOUT_MS = 240_000;
const DAY_MS = 86_400_000;
const PASSWORD = 'Tianyan-2026-first';

/** Slow enough that deadlines do not run out between two looks; the test moves the county's clock itself. */
const SPEED = 1;

let product: Product | undefined;
afterAll(async () => product?.dispose());

async function settled(client: ApiClient, sandboxUrl: string, but?: ReadonlySet<string>): Promise<RuleScore[]> {
  let scores: RuleScore[] = [];
  await until(
    'findings equal the truth',
    SETTLE_TIMEOUT_MS,
    async () => {
      const { countyNowMs } = await client.overview();
      scores = scoreByRule(await truthAt(sandboxUrl, countyNowMs), await client.openFindings(), countyNowMs);
      return isPerfect(scores, but);
    },
    () => table(scores),
  );
  return scores;
}

async function advance(sandboxUrl: string, byMs: number): Promise<void> {
  const response = await fetch(`${sandboxUrl}/control/advance`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ byMs }),
  });
  expect(response.ok).toBe(true);
}

describe('every planted problem is found, no look-alike is reported', () => {
  test(
    'after the past year, after live days, and after kill -9 and a restart; drift is 0',
    async () => {
      product = await Product.start({ seed: 20_260_701, size: 'small', speed: SPEED });
      const client = await ApiClient.signIn(product, 'admin', PASSWORD);

      // The others have their turn within the hour; a sweep finds it done, and no drift in it.
      await settled(client, product.sandboxUrl, AT_RATE_RULES);
      expect(await client.sweep()).toMatchObject({ state: 'done', driftFindings: 0, driftWakeUps: 0 });
      const past = await settled(client, product.sandboxUrl);
      console.log(`the past year\n${table(past)}`);
      expect(past.filter((score) => score.planted > 0)).toHaveLength(PACKED_RULES);
      expect(await client.sweep()).toMatchObject({ state: 'done', driftFindings: 0, driftWakeUps: 0 });

      await advance(product.sandboxUrl, 3 * DAY_MS);
      await settled(client, product.sandboxUrl);

      await advance(product.sandboxUrl, 2 * DAY_MS);
      await product.kill();
      product = await Product.start({ dataDirectory: product.dataDirectory, seed: 20_260_701, size: 'small', speed: SPEED });
      const again = await ApiClient.signIn(product, 'admin', PASSWORD);
      await advance(product.sandboxUrl, DAY_MS);
      const live = await settled(again, product.sandboxUrl);
      console.log(`after six live days, kill -9 and a restart\n${table(live)}`);
      expect(await again.sweep()).toMatchObject({ state: 'done', driftFindings: 0, driftWakeUps: 0 });
      await settled(again, product.sandboxUrl); // the sweep has changed nothing
    },
    4 * SETTLE_TIMEOUT_MS,
  );
});
