import { Reach, type Actor, type AuditLog } from '@tianyan/access';
import type { Places } from '@tianyan/findings';
import { DAY_MS, RefusedError, type Clock } from '@tianyan/kernel';
import type { Directory, NamesDirectory } from '@tianyan/rules';
import {
  COUNTY_TIMELINE_KINDS,
  isPlaceKind,
  RELATION_KIND_LABELS,
  type PagedPlaceKind,
  type RelatedKind,
  type Relations,
} from '../api/index.js';
import type { ConfidentialRecords } from '../findings/confidential-records.js';
import type { PlaceRecords } from '../places/place-records.js';
import type { CurrentRecord } from '../timelines/current-records.js';
import { inTime } from '../timelines/in-time.js';
import type { TimelineReader } from '../timelines/timeline-reader.js';
import { relationsOf } from './relations-of.js';

/** Of a unit or a place its records of a year and a month are looked at, the newest of them. */
const PLACE_DAYS = 396;
const MAX_PLACE_RECORDS = 200;

/** What the records about a thing name beside it, within the reach of who asks; what lies outside is answered like what does not exist. */
export class RelationCases {
  constructor(
    private readonly parts: {
      reader: TimelineReader;
      places: Places;
      placeRecords: PlaceRecords;
      confidential: ConfidentialRecords;
      names: NamesDirectory;
      audit: AuditLog;
      countyClock: Clock;
    },
  ) {}

  /** Who looks at a thing that no finding led to is on record. */
  async get(actor: Actor, kind: RelatedKind, code: string): Promise<Relations> {
    const directory = await this.parts.names.refresh();
    const reach = Reach.of(actor);
    const found = isPlaceKind(kind)
      ? await this.ofPlace({ reach, directory, kind, code })
      : await inTime(() => this.parts.reader.read(reach, directory, kind, code));
    if (!found) throw new RefusedError('not-found', `没有这个编号的${RELATION_KIND_LABELS[kind]}，请核对编号。`);
    await this.parts.audit.record(actor, { action: 'read-timeline', object: `relations/${kind}/${code}` });
    const closed = await this.parts.confidential.closed(found.records);
    const { relations, truncated } = relationsOf({ kind, code }, found.records, { closed, names: directory });
    return {
      id: `${kind} ${code}`,
      kind,
      kindLabel: RELATION_KIND_LABELS[kind],
      code,
      name: nameOf(kind, code, directory),
      relations: reach.isWholeCounty ? relations : relations.map(withoutCountyPage),
      truncated: truncated || found.truncated,
    };
  }

  private async ofPlace(asked: {
    reach: Reach;
    directory: Directory;
    kind: PagedPlaceKind;
    code: string;
  }): Promise<{ records: readonly CurrentRecord[]; truncated: boolean } | null> {
    if (!(await this.parts.places.find(asked.reach, asked.kind, asked.code))) return null;
    const beforeMs = this.parts.countyClock.nowMs();
    const range = { fromMs: beforeMs - PLACE_DAYS * DAY_MS, beforeMs, limit: MAX_PLACE_RECORDS };
    const records = await this.parts.placeRecords.between(asked, range);
    return { records: records.slice(0, MAX_PLACE_RECORDS), truncated: records.length > MAX_PLACE_RECORDS };
  }
}

/** Nobody is led to a page that does not open. */
function withoutCountyPage(relation: Relations['relations'][number]): Relations['relations'][number] {
  return COUNTY_TIMELINE_KINDS.some((kind) => kind === relation.kind) ? { ...relation, code: null } : relation;
}

function nameOf(kind: RelatedKind, code: string, directory: Directory): string {
  if (!isPlaceKind(kind)) return code;
  return (kind === 'unit' ? directory.unit(code) : directory.division(code)) ?? code;
}
