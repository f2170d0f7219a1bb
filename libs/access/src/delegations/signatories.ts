/** Who took a step, and where it was in the place of another, that one too: no rule of two people takes one for the other. */
export type Signatories = readonly [string] | readonly [string, string];

/** Who takes a step. */
export interface Signing {
  userId: string;
  /** In whose place (代理). */
  forId?: string | undefined;
}

export const signatoriesOf = ({ userId, forId }: Signing): Signatories => (forId === undefined ? [userId] : [userId, forId]);
