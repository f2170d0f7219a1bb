/** Apps of the product, in the order in which a record passes them. */
export const APPS = ['connector', 'writer', 'correlator', 'notifier', 'console'] as const;
export type AppName = (typeof APPS)[number];

export const STORES = ['kafka', 'redis', 'postgres', 'warehouse'] as const;
export type StoreName = (typeof STORES)[number];

export type PartName = AppName | StoreName;
export const PARTS: readonly PartName[] = [...APPS, ...STORES];

/** One blow. Times are of the machine. */
export type Strike =
  /** `kill -9`; started again after `forMs`. */
  | { kind: 'kill'; part: PartName; forMs: number }
  /** SIGSTOP, SIGCONT after `forMs`. */
  | { kind: 'freeze'; part: PartName; forMs: number }
  /** An app loses a store: connections reset and refused (`cut`), or nothing passes any more (`silent`). */
  | { kind: 'cut' | 'silent'; app: AppName; store: StoreName; forMs: number }
  /** The stream cannot write any more; the broker is started again when there is room after `forMs`. */
  | { kind: 'quota'; forMs: number };

/** As the table of recovery times groups them. */
export function nameOf(strike: Strike): string {
  switch (strike.kind) {
    case 'kill':
    case 'freeze':
      return `${strike.kind} ${strike.part}`;
    case 'cut':
    case 'silent':
      return `${strike.kind} to ${strike.store}`;
    case 'quota':
      return 'quota of kafka';
  }
}

export function told(strike: Strike): string {
  const what = strike.kind === 'cut' || strike.kind === 'silent' ? `${nameOf(strike)} from ${strike.app}` : nameOf(strike);
  return `${what} ${strike.forMs} ms`;
}
