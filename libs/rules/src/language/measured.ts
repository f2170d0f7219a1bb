import { z } from 'zod';

/**
 * What is measured of records: `records`: their number; `distinct`: the number of different non-null values of `field`; `sum`: the sum of `field`
 * (integers; null adds nothing).
 */
export const measureSchema = z.enum(['records', 'distinct', 'sum']);

export interface Measured {
  /** The input whose records they are. */
  of: string;
  measure: z.output<typeof measureSchema>;
  field?: string | undefined;
}

/** For `refine`. */
export const saysWhichField = ({ measure, field }: Pick<Measured, 'measure' | 'field'>): boolean =>
  (measure === 'records') === (field === undefined);
export const WHICH_FIELD = 'distinct 和 sum 须写 field，records 不写';

/** The figure, with the field in whose unit it is, where it is a sum; a number of records or values has none. */
export function summed(figure: string, { of, measure, field }: Measured): { figure: string; of: string; field: string }[] {
  return measure === 'sum' && field !== undefined ? [{ figure, of, field }] : [];
}
