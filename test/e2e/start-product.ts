import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Product } from '../product/product.js';

/** Simulated seconds per second at which findings arrive while the test looks on. */
const EVENTFUL_SPEED = 3_600;
/** And at which the machine has time for the browser. */
const CALM_SPEED = 60;

export interface RunningProduct {
  url: string;
  /** First password of `admin` or `analyst`. */
  firstPassword: (account: string) => string;
  /** Lets the county's time run slowly from now on; nothing for a product that runs elsewhere. */
  slowDown: () => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * A product to look at: the one at `TIANYAN_URL` with its data folder in `TIANYAN_DATA` and first passwords not yet
 * changed, or one started here with a county of its own.
 */
export async function startProduct(): Promise<RunningProduct> {
  const url = process.env['TIANYAN_URL'];
  if (url !== undefined) {
    const data = process.env['TIANYAN_DATA'];
    if (data === undefined) throw new Error('TIANYAN_URL needs TIANYAN_DATA beside it, where the first passwords are');
    const passwords = z
      .record(z.string(), z.string())
      .parse(JSON.parse(readFileSync(join(data, 'first-passwords.json'), 'utf8')));
    return {
      url,
      firstPassword: (account) => passwords[account] ?? '',
      slowDown: async () => undefined,
      stop: async () => undefined,
    };
  }
  const product = await Product.start({ speed: EVENTFUL_SPEED });
  return {
    url: product.url,
    firstPassword: (account) => product.firstPassword(account),
    slowDown: async () => {
      const response = await fetch(`${product.sandboxUrl}/control/speed`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ speed: CALM_SPEED }),
      });
      if (!response.ok) throw new Error(`the county does not slow down: ${response.status}`);
    },
    stop: () => product.dispose(),
  };
}
