import { Product } from '../product/product.js';

export interface RunningProduct {
  url: string;
  firstPassword: string;
  stop: () => Promise<void>;
}

/**
 * A product to look at: the one at `TIANYAN_URL`, whose administrator's first password is in
 * `TIANYAN_FIRST_PASSWORD` and not yet changed, or one started here with a county of its own.
 */
export async function startProduct(): Promise<RunningProduct> {
  const url = process.env['TIANYAN_URL'];
  if (url !== undefined) {
    const firstPassword = process.env['TIANYAN_FIRST_PASSWORD'];
    if (firstPassword === undefined) throw new Error('TIANYAN_URL needs TIANYAN_FIRST_PASSWORD beside it');
    return { url, firstPassword, stop: async () => undefined };
  }
  // Fast county time, so that findings arrive while the test looks on.
  const product = await Product.start({ speed: 3_600 });
  return { url: product.url, firstPassword: product.firstPassword('admin'), stop: () => product.dispose() };
}
