/** Of the normal distribution, for an interval that holds the true share in 95 of 100 cases. */
const Z_95 = 1.959_963_984_540_054;

/** How often a rule was right, as far as people have checked. */
export interface Precision {
  /** Confirmed, unfounded and permitted ones, and those dismissed before a class was asked. */
  checked: number;
  confirmed: number;
  /** Of the checked: permitted by policy. They count as not confirmed: whoever checked them did so in vain. */
  permitted: number;
  /** Beside the checked: dismissed because a record was wrong. That is no fault of the rule, and says nothing of it. */
  dataErrors: number;
  /** Share of the confirmed, 0 to 1, with the bounds of its 95 % interval; null: nothing was checked. */
  share: { value: number; low: number; high: number } | null;
}

/** Wilson's score interval: unlike the plain one it stays within 0 to 1 and means something for a handful of findings. */
export function wilsonInterval(confirmed: number, checked: number): { low: number; high: number } {
  const share = confirmed / checked;
  const weight = Z_95 ** 2 / checked;
  const centre = share + weight / 2;
  const margin = Z_95 * Math.sqrt((share * (1 - share)) / checked + weight / (4 * checked));
  return { low: Math.max(0, (centre - margin) / (1 + weight)), high: Math.min(1, (centre + margin) / (1 + weight)) };
}

/** @param counts decided findings by verdict; `unclassed`: dismissed before a class was asked */
export function precisionOf(counts: {
  confirmed: number;
  unfounded: number;
  permitted: number;
  dataErrors: number;
  unclassed: number;
}): Precision {
  const { confirmed, permitted, dataErrors } = counts;
  const checked = confirmed + counts.unfounded + permitted + counts.unclassed;
  const share = checked === 0 ? null : { value: confirmed / checked, ...wilsonInterval(confirmed, checked) };
  return { checked, confirmed, permitted, dataErrors, share };
}
