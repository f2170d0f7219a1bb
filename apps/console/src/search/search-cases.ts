import { isAllowed, Reach, type Actor } from '@tianyan/access';
import type { ClueQueries } from '@tianyan/cases';
import { readCreditCode } from '@tianyan/contracts';
import { isOutOfTime } from '@tianyan/postgres';
import type { Directory, NamesDirectory } from '@tianyan/rules';
import { ranOutOfTime } from '@tianyan/warehouse';
import {
  CLUE_STATE_LABELS,
  FINDING_STATUS_LABELS,
  MAX_SEARCH_HITS,
  SEARCH_KINDS,
  TIMELINE_KIND_LABELS,
  type FindingSummary,
  type SearchAnswer,
  type SearchHit,
  type SearchKind,
} from '../api/index.js';
import type { FindingCases } from '../findings/finding-cases.js';
import { hasPage } from '../places/paged-places.js';
import type { TimelineReader } from '../timelines/timeline-reader.js';
import type { RecordSearch } from './record-search.js';
import { stands } from './stands.js';

const KIND_LABELS: Readonly<Record<SearchKind, string>> = {
  finding: '疑点',
  clue: '线索',
  ...TIMELINE_KIND_LABELS,
  unit: '单位',
  township: '乡镇',
  village: '村（社区）',
};

/** Looked at, so that some are left where what the text stands in may not be shown. */
const MAX_CANDIDATES = 50;

/**
 * One box for everything, within the reach of who asks. Found is only what shows the text to whoever asks: a search for a covered name or number
 * that found something would tell that it stands there.
 */
export class SearchCases {
  constructor(
    private readonly parts: {
      findings: FindingCases;
      clueQueries: ClueQueries;
      records: RecordSearch;
      reader: TimelineReader;
      names: NamesDirectory;
    },
  ) {}

  async search(actor: Actor, text: string): Promise<SearchAnswer> {
    const directory = await this.parts.names.refresh();
    const answers = await Promise.all(
      SEARCH_KINDS.map(async (kind) => ({ kind, hits: await inTime(() => this.hitsOf(kind, { actor, text, directory })) })),
    );
    return {
      groups: answers.flatMap(({ kind, hits }) => {
        if (hits === null || hits.length === 0) return [];
        const ordered = hits.toSorted((a, b) => Number(isExact(b, text)) - Number(isExact(a, text)));
        return [{ kind, label: KIND_LABELS[kind], hits: ordered.slice(0, MAX_SEARCH_HITS), more: hits.length > MAX_SEARCH_HITS }];
      }),
      unfinished: answers.flatMap(({ kind, hits }) => (hits === null ? [KIND_LABELS[kind]] : [])),
    };
  }

  private async hitsOf(
    kind: SearchKind,
    asked: { actor: Actor; text: string; directory: Directory },
  ): Promise<readonly SearchHit[]> {
    const { actor, text, directory } = asked;
    const reach = Reach.of(actor);
    if (kind === 'finding') return (await this.parts.findings.showing(actor, text, MAX_CANDIDATES)).flatMap(findingHit(text));
    if (kind === 'clue') return this.clueHits(actor, text);
    if (kind === 'unit')
      return directory.units
        .filter(({ unitId, name }) => stands(text, [unitId, name]) && hasPage(reach, directory, kind, unitId))
        .map(({ unitId, name }) => ({ code: unitId, name, title: unitId, atMs: null }));
    if (kind === 'township' || kind === 'village')
      return directory.divisions
        .filter(({ level, code, name }) => level === kind && stands(text, [code, name]) && hasPage(reach, directory, kind, code))
        .map(({ code, name }) => ({ code, name, title: code, atMs: null }));
    if (kind === 'firm') return this.firmHits({ reach, directory }, text);
    if (kind === 'agent') return this.agentHits({ reach, directory }, text);
    return this.parts.records.hits({ reach, directory }, kind, text, MAX_CANDIDATES);
  }

  /** By the whole code alone: a part of it is that of many, and a name may be that of several. */
  private async firmHits({ reach, directory }: { reach: Reach; directory: Directory }, text: string): Promise<SearchHit[]> {
    const code = readCreditCode(text);
    const found = code === null ? null : await this.parts.reader.read(reach, directory, 'firm', code);
    if (code === null || !found) return [];
    const title = `${found.truncated ? '超过 ' : ''}${found.records.length} 条记录写着这个统一社会信用代码`;
    return [{ code, name: code, title, atMs: found.records.at(-1)?.atMs ?? null }];
  }

  /** By the whole staff number alone: a part of it is that of many. */
  private async agentHits({ reach, directory }: { reach: Reach; directory: Directory }, code: string): Promise<SearchHit[]> {
    const found = await this.parts.reader.read(reach, directory, 'agent', code);
    if (!found) return [];
    return [{ code, name: code, title: '热线坐席的状态、来电和受理的工单', atMs: found.records.at(-1)?.atMs ?? null }];
  }

  private async clueHits(actor: Actor, text: string): Promise<SearchHit[]> {
    if (!isAllowed(actor.user.role, 'read-clues')) return [];
    const page = { cursor: null, limit: MAX_SEARCH_HITS + 1 };
    const { items } = await this.parts.clueQueries.list(Reach.of(actor), { text }, page);
    return items.map(({ id, number, title, state, changedAtMs }) => ({
      code: id,
      name: `${number} · ${CLUE_STATE_LABELS[state]}`,
      title,
      atMs: changedAtMs,
    }));
  }
}

/** Null: it took longer than a search may. */
async function inTime<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    // The answer names what was not looked through to the end.
    if (isOutOfTime(error) || ranOutOfTime(error)) return null;
    throw error;
  }
}

const isExact = ({ code, name }: SearchHit, text: string): boolean => code === text || name === text;

const findingHit =
  (text: string) =>
  ({ id, ruleTitle, explanation, scope, subjects, status, occurredAtMs }: FindingSummary): SearchHit[] => {
    const shown = [id, ruleTitle, explanation, scope, ...subjects.flatMap(({ code, name }) => [code, name])];
    if (!stands(text, shown)) return [];
    return [{ code: id, name: `${ruleTitle} · ${FINDING_STATUS_LABELS[status]}`, title: explanation, atMs: occurredAtMs }];
  };
