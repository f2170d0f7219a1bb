/**
 * How severe a finding is, as the rules call it, and what people read. Nothing is imported here: it is part of what browsers load.
 */
export const FINDING_SEVERITIES = { low: '一般', medium: '较重', high: '严重' } as const;
