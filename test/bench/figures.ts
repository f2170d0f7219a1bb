import { z } from 'zod';

/** What was measured while records arrived at a steady rate. */
export interface Delay {
  /** The rate that was wanted. */
  perSecond: number;
  /** The rate that was kept. */
  keptPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** The product's delay figures are of the last minute; a little longer, so that nothing of the time before is in them. */
export const MEASURED_MS = 65_000;

const number = z.coerce.number();

/** The product's own unlabelled figures of `/metrics`. */
export async function figuresAt(url: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('tianyan_') && !line.includes('{'));
  return new Map(
    lines.map((line) => {
      const [name = '', value] = line.split(' ');
      return [name, number.parse(value)];
    }),
  );
}

/** From the moment the stream took a record in to the commit of what it means, over the last minute. */
export async function delaysAt(url: string): Promise<Pick<Delay, 'p50Ms' | 'p99Ms'>> {
  const figures = await figuresAt(url);
  const of = (quantile: string) => figures.get(`tianyan_correlator_delay_${quantile}_ms`) ?? Number.NaN;
  return { p50Ms: of('p50'), p99Ms: of('p99') };
}
