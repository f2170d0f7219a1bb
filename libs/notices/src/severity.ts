/** As in the rule language; from the mildest to the most serious. */
export const NOTICE_SEVERITIES = ['low', 'medium', 'high'] as const;
export type NoticeSeverity = (typeof NOTICE_SEVERITIES)[number];

/** 1 for the mildest: what the tables store and compare. */
export function severityRank(severity: NoticeSeverity): number {
  return NOTICE_SEVERITIES.indexOf(severity) + 1;
}

/** The inverse of {@link severityRank}; throws for a rank that no severity has. */
export function severityOfRank(rank: number): NoticeSeverity {
  const severity = NOTICE_SEVERITIES[rank - 1];
  if (severity === undefined) throw new RangeError(`no severity has rank ${rank}`);
  return severity;
}
