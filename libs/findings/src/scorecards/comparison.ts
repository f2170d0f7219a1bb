import { MIN_PEERS, type FigureDefinition } from './figures.js';

/** Of one place in one period. */
export interface FigureValue {
  /** Null: not known, as the rest. */
  counted: number | null;
  /** Of how many; null: a plain number. */
  of: number | null;
  /** A share from 0 to 1, or the number itself; null: too few to say ({@link FigureDefinition.minSample}). */
  value: number | null;
}

/** Of which nobody can say how many there are. */
export const UNKNOWN: FigureValue = { counted: null, of: null, value: null };

/** A place among others of its kind. */
export interface PeerComparison {
  /** Mean of the others of which enough is known; null: fewer than {@link MIN_PEERS}. */
  average: number | null;
  /** How many others it is the mean of. */
  peers: number;
  /** 1: the best, ties share it; null: nothing is better, too few peers, or too few records of its own. */
  rank: number | null;
}

export function figureValue(figure: Pick<FigureDefinition, 'sql' | 'minSample'>, counted: number, of: number): FigureValue {
  if (figure.sql.of === null) return { counted, of: null, value: counted };
  return { counted, of, value: of > 0 && of >= figure.minSample ? counted / of : null };
}

/** @param others of the other places of the kind */
export function compareWithPeers(
  better: FigureDefinition['better'],
  own: number | null,
  others: readonly (number | null)[],
): PeerComparison {
  const known = others.filter((value) => value !== null);
  if (known.length < MIN_PEERS) return { average: null, peers: known.length, rank: null };
  const average = known.reduce((sum, value) => sum + value, 0) / known.length;
  const isBetter = (value: number) => own !== null && (better === 'higher' ? value > own : value < own);
  const rank = own === null || better === null ? null : 1 + known.filter(isBetter).length;
  return { average, peers: known.length, rank };
}
