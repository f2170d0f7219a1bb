import type { Reach } from '@tianyan/access';
import type { Directory } from '@tianyan/rules';
import type { PagedPlaceKind } from '../api/index.js';

/**
 * Whether the page of a unit, township or village opens for whoever asks: what leads there asks this, so that nobody is led to what is not there.
 * A department belongs to no township: its page is there for the whole county alone.
 */
export function hasPage(reach: Reach, directory: Directory, kind: PagedPlaceKind, code: string): boolean {
  if (kind === 'unit') {
    const unit = directory.units.find(({ unitId }) => unitId === code);
    return unit !== undefined && reach.covers(unit.townshipCode);
  }
  const division = directory.divisions.find((one) => one.level === kind && one.code === code);
  return division !== undefined && reach.covers(kind === 'township' ? code : division.parentCode);
}
