import { sha256Hex } from '@tianyan/kernel';
import { FIGURES_OF_THE_MOMENT, type Evaluation } from '@tianyan/rules';

/** Hex characters kept of the digest: 128 bits. */
const DIGEST_CHARS = 32;

/** The digest of a scope without a hit. */
export const NO_HIT_DIGEST = '';

/**
 * Two answers with one digest are the same finding with the same proof. The stream's offset is left out: a source that
 * sends the same content again changes nothing.
 */
export function digestOf(evaluation: Evaluation, ruleVersion: number): string {
  if (!evaluation.hit) return NO_HIT_DIGEST;
  const evidence = evaluation.evidence.map((ref) => [ref.role, ref.type, ref.id, ref.version, ref.hash, ref.atMs]);
  const figures = sorted(evaluation.figures).filter(([name]) => !FIGURES_OF_THE_MOMENT.has(name));
  const content = JSON.stringify([ruleVersion, evaluation.occurredAtMs, evidence, figures, sorted(evaluation.subjects)]);
  return sha256Hex(content).slice(0, DIGEST_CHARS);
}

function sorted<T>(entries: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
}
