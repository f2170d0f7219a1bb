/** As in the rule language; from the mildest to the most serious. */
export const ALERT_SEVERITIES = ['low', 'medium', 'high'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** 1 for the mildest: what the tables store and compare. */
export function severityRank(severity: AlertSeverity): number {
  return ALERT_SEVERITIES.indexOf(severity) + 1;
}

/** The inverse of {@link severityRank}; throws for a rank that no severity has. */
export function severityOfRank(rank: number): AlertSeverity {
  const severity = ALERT_SEVERITIES[rank - 1];
  if (severity === undefined) throw new RangeError(`no severity has rank ${rank}`);
  return severity;
}
