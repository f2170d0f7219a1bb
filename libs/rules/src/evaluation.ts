import type { EpochMs } from '@tianyan/kernel';

/** Points at one version of one record; with it the raw text can be fetched from the record log. */
export interface EvidenceRef {
  type: string;
  id: string;
  version: number;
  streamOffset: number;
  hash: string;
  atMs: EpochMs;
  /** The record's part in the proof, e.g. `returned`, `paid`, `deal`: a name from the rule. */
  role: string;
}

/** One row of the rule contract: what a rule says of one scope at one instant. */
export interface Evaluation {
  ruleId: string;
  /** Key of the scope: its parts joined with `|`, e.g. `320921|road`. */
  scope: string;
  hit: boolean;
  /** When the problem came about; null without a hit. */
  occurredAtMs: EpochMs | null;
  /** The next instant, later than now, at which the answer can change without a new record; null if none. */
  dueAtMs: EpochMs | null;
  /** In the order of the language; bounded by MAX_EVIDENCE. Empty without a hit. */
  evidence: readonly EvidenceRef[];
  /** Numbers and names that the explanation cites. */
  figures: Readonly<Record<string, string | number>>;
  /** Who and where: unitId, villageCode, townshipCode, contractId … as far as the rule knows them. */
  subjects: Readonly<Record<string, string>>;
}

/** Evidence kept per finding; the explanation still counts all. A finding with more is no clearer for a person. */
export const MAX_EVIDENCE = 200;

/** Scopes of one evaluation call: IN over more is slow in ClickHouse (56 ms at 35,000 keys, 65 s at 50,000). */
export const MAX_SCOPES_PER_CALL = 10_000;
