import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Product } from '../product/product.js';

export interface RunningProduct {
  url: string;
  /** First password of `admin` or `analyst`. */
  firstPassword: (account: string) => string;
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
    return { url, firstPassword: (account) => passwords[account] ?? '', stop: async () => undefined };
  }
  // Fast county time, so that findings arrive while the test looks on.
  const product = await Product.start({ speed: 3_600 });
  return { url: product.url, firstPassword: (account) => product.firstPassword(account), stop: () => product.dispose() };
}
