export const PLACE_KINDS = ['unit', 'township', 'village', 'county'] as const;
/** What a scorecard is about. */
export type PlaceKind = (typeof PLACE_KINDS)[number];

/** A share of fewer says more about chance than about the unit. */
export const MIN_SAMPLE = 10;

/** Where the records of a figure stand; each is read by one query, see `figure-queries.ts`. */
export type FigureSource = 'order' | 'contract' | 'asset' | 'receivable' | 'payment' | 'call' | 'finding';

/** What a figure is, once for the query, the console and the guide. */
export interface FigureDefinition {
  id: string;
  /** Chinese, as are all words here. */
  label: string;
  group: 'findings' | 'hotline' | 'money' | 'centre';
  places: readonly PlaceKind[];
  source: FigureSource;
  /** What is counted. */
  counted: string;
  /** Of how many; null: the figure is a plain number. */
  of: string | null;
  /** What is left out, because a field is missing or it cannot be judged yet. */
  leftOut: string;
  better: 'higher' | 'lower' | null;
  /** Least sum of what it is a share of for it to be said. */
  minSample: number;
  /** Which rows of its source are counted, and of which: conditions of ClickHouse, of findings of PostgreSQL. Sums and lists are both made of them. */
  sql: { counted: string; of: string | null; amount?: FigureAmount };
}

/** What is summed of the rows, where they are not counted. */
interface FigureAmount {
  counted: string;
  of: string;
}

/** Condition that all rows fulfil. */
export const EVERY = 'true';

/** Which records of a figure: those counted, those that they are a share of, or of these the others. */
export const FIGURE_PARTS = ['counted', 'of', 'rest'] as const;
export type FigurePart = (typeof FIGURE_PARTS)[number];

/** What people read of a figure. */
export type FigureWords = Pick<FigureDefinition, 'id' | 'label' | 'counted' | 'of' | 'leftOut' | 'better'>;
