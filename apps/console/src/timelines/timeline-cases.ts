import { coversOf, isAllowed, isProtectedValue, Reach, type Actor, type AuditLog } from '@tianyan/access';
import type { ClueQueries } from '@tianyan/cases';
import { isOpenField, type Catalogue, type FieldMeta } from '@tianyan/contracts';
import type { FindingSubject } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import type { Directory, NamesDirectory } from '@tianyan/rules';
import { letterName, type LetterQueries } from '@tianyan/supervision';
import { COUNTY_TIMELINE_KINDS, TIMELINE_KIND_LABELS, TIMELINE_KINDS, type Timeline, type TimelineKind } from '../api/index.js';
import type { Closed, ConfidentialRecords } from '../findings/confidential-records.js';
import { evidenceItems } from '../findings/evidence-items.js';
import type { EvidenceReader } from '../findings/evidence-reader.js';
import type { FindingCases } from '../findings/finding-cases.js';
import { FIRM_SUBJECT } from '../findings/subjects.js';
import { hasPage } from '../places/paged-places.js';
import { seenRefOf, type CurrentRecord } from './current-records.js';
import { inTime } from './in-time.js';
import { codeFieldOf, type FoundRecords, type TimelineReader } from './timeline-reader.js';

/** Findings shown beside the records; the list of findings has the others. */
const MAX_FINDINGS = 20;
/** Other things named by its records: an asset has a contract every few years. */
const MAX_RELATED = 50;
/** Of one thing a few units are asked. */
const MAX_LETTERS = 50;

/** Contracts, projects and trades of a firm about which findings are looked for; the newest ones. */
const MAX_SUBJECTS = 100;
/** What a firm has a part in by a record that bears its code; an asset is let to others as well. */
const FIRM_THINGS = ['contract', 'project', 'listing'] as const;
/** Records of whoever made an offer, most of whom the trade then had nothing to do with. */
const OFFERS: ReadonlySet<string> = new Set(['trading.bid']);
const AGENT_TITLE = '这个工号的状态、接听的来电和受理的工单都在下面。平台只知道工号，不知道是谁；同一工号先后可能是不同的人。';
const FIRM_TITLE = '记录里写着这个统一社会信用代码的都在下面；只有名称相同、没有写代码的记录不算，可能是别的企业。';

/** No record has a part of its own in what nobody has found yet. */
const NO_RULE = { ruleTitles: new Map<string, string>(), within: new Set<string>() };

/** All that is known of an order, a contract … within the reach of who asks; what lies outside is answered like what does not exist. */
export class TimelineCases {
  constructor(
    private readonly parts: {
      reader: TimelineReader;
      evidence: EvidenceReader;
      confidential: ConfidentialRecords;
      findings: FindingCases;
      clueQueries: ClueQueries;
      letterQueries: LetterQueries;
      names: NamesDirectory;
      catalogue: Catalogue;
      audit: AuditLog;
    },
  ) {}

  /** Who looks at a thing without a finding that leads there is on record. */
  async get(actor: Actor, kind: TimelineKind, code: string): Promise<Timeline> {
    const { audit, names, reader } = this.parts;
    const directory = await names.refresh();
    const found = await inTime(() => reader.read(Reach.of(actor), directory, kind, code));
    if (!found) throw new RefusedError('not-found', `没有这个编号的${TIMELINE_KIND_LABELS[kind]}，请核对编号。`);
    await audit.record(actor, { action: 'read-timeline', object: `${kind}/${code}` });
    const [shown, about] = await Promise.all([
      this.shown(actor, found, directory, { kind, code }),
      this.about(actor, directory, this.subjectsOf(found.records, { kind, code })),
    ]);
    return { kind, kindLabel: TIMELINE_KIND_LABELS[kind], code, ...shown, truncated: found.truncated, ...about };
  }

  /** The records as they may be shown: as evidence is. */
  private async shown(
    actor: Actor,
    { own, records, all }: FoundRecords,
    directory: Directory,
    { kind, code }: Pick<Timeline, 'kind' | 'code'>,
  ): Promise<Pick<Timeline, 'title' | 'confidential' | 'facts' | 'items' | 'related' | 'places'>> {
    const { catalogue } = this.parts;
    const refs = records.map((record) => seenRefOf(record));
    const logged = await this.parts.evidence.records(refs);
    const closed = await this.parts.confidential.closed(records);
    const mask = { covers: coversOf(all), keep: [code] };
    const items = evidenceItems({
      refs,
      records: logged,
      closed,
      mask,
      catalogue,
      names: directory,
      rule: null,
      found: NO_RULE,
    });
    const ownIndex = own === null ? -1 : records.indexOf(own);
    const item = items.find(({ index }) => index === ownIndex);
    const named = records.flatMap((record, i) => openCodes(record, closed[i] ?? null));
    return {
      title: item?.title ?? titleOf(kind),
      confidential: closed[ownIndex] === 'confidential',
      facts: item?.fields ?? [],
      items,
      related: relatedOf(named, { kind, code }, Reach.of(actor)),
      places: placesOf(named, directory, Reach.of(actor)),
    };
  }

  /** What has been found about it, the clues that it is worked on in, and the letters that units were asked by. */
  private async about(
    actor: Actor,
    directory: Directory,
    subjects: readonly FindingSubject[],
  ): Promise<Pick<Timeline, 'findings' | 'findingsTruncated' | 'clues' | 'letters'>> {
    const { findings, clueQueries } = this.parts;
    const found = await findings.about(actor, subjects, MAX_FINDINGS + 1);
    const shown = found.slice(0, MAX_FINDINGS);
    const ids = shown.map(({ id }) => id);
    const clues = isAllowed(actor.user.role, 'read-clues') ? await clueQueries.ofFindings(Reach.of(actor), ids) : new Map();
    const byId = new Map([...clues.values()].map((clue) => [clue.id, clue]));
    const letters = await this.lettersFrom(actor, directory, [...ids, ...byId.keys()]);
    return { findings: shown, findingsTruncated: found.length > MAX_FINDINGS, clues: [...byId.values()], letters };
  }

  private async lettersFrom(actor: Actor, directory: Directory, originIds: readonly string[]): Promise<Timeline['letters']> {
    if (!isAllowed(actor.user.role, 'read-supervision')) return [];
    const page = { cursor: null, limit: MAX_LETTERS };
    const { items } = await this.parts.letterQueries.list(Reach.of(actor), { originIds }, page);
    return items.map((letter) => {
      const { id, unitCode, state } = letter;
      return { id, name: letterName(letter), unitName: directory.unit(unitCode) ?? unitCode, state };
    });
  }

  /**
   * What findings about a thing name. Few name a firm: beside these, those about the contracts, projects and trades that it has a part in stand on its page,
   * but not those about a trade where it only made an offer, which are about others.
   */
  private subjectsOf(records: readonly CurrentRecord[], { kind, code }: Pick<Timeline, 'kind' | 'code'>): FindingSubject[] {
    const { catalogue } = this.parts;
    if (kind === 'agent') return [{ kind: 'agentId', code }];
    if (kind !== 'firm') return [{ kind: codeFieldOf(catalogue, kind).field, code }];
    const named = records.toReversed().flatMap((record) => (OFFERS.has(record.contract.type) ? [] : openCodes(record, null)));
    const subjects = named.flatMap((one) =>
      FIRM_THINGS.flatMap((thing) => (thing === one.key ? [{ kind: codeFieldOf(catalogue, thing).field, code: one.code }] : [])),
    );
    const things = [...new Map(subjects.map((subject) => [JSON.stringify(subject), subject])).values()];
    return [{ kind: FIRM_SUBJECT, code }, ...things.slice(0, MAX_SUBJECTS)];
  }
}

type NamedCode = { key: NonNullable<FieldMeta['key']>; code: string };

/** What a record names by number, as far as it may be seen. */
function openCodes({ contract, fields }: CurrentRecord, closed: Closed): NamedCode[] {
  return Object.entries(contract.fields).flatMap(([name, meta]) => {
    const { key } = meta;
    const code = fields[name];
    const isShown = (closed === null || isOpenField(contract, name)) && (key !== 'firm' || !isProtectedValue(meta, String(code)));
    return key !== undefined && isShown && typeof code === 'string' ? [{ key, code }] : [];
  });
}

/** What has no record of its own. */
function titleOf(kind: TimelineKind): string | null {
  return kind === 'firm' ? FIRM_TITLE : kind === 'agent' ? AGENT_TITLE : null;
}

function relatedOf(named: readonly NamedCode[], own: Pick<Timeline, 'kind' | 'code'>, reach: Reach): Timeline['related'] {
  const opening = TIMELINE_KINDS.filter((kind) => reach.isWholeCounty || !COUNTY_TIMELINE_KINDS.includes(kind));
  const related = opening.flatMap((kind) =>
    codesOf(named, kind).map((code) => ({ kind, kindLabel: TIMELINE_KIND_LABELS[kind], code })),
  );
  return related.filter(({ kind, code }) => kind !== own.kind || code !== own.code).slice(0, MAX_RELATED);
}

function placesOf(named: readonly NamedCode[], directory: Directory, reach: Reach): Timeline['places'] {
  const placed = (kind: 'unit' | 'township' | 'village', nameOf: (code: string) => string | undefined) =>
    codesOf(named, kind).map((code) => ({
      kind,
      code,
      name: nameOf(code) ?? code,
      hasPage: hasPage(reach, directory, kind, code),
    }));
  const division = (code: string) => directory.division(code);
  return [...placed('township', division), ...placed('village', division), ...placed('unit', (code) => directory.unit(code))];
}

function codesOf(named: readonly NamedCode[], kind: NamedCode['key']): string[] {
  return [...new Set(named.flatMap(({ key, code }) => (key === kind ? [code] : [])))];
}
