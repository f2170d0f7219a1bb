import type { MappingDocument } from '@tianyan/contracts';
import { RefusedError } from '@tianyan/kernel';
import type { QuarantineItem, SourceStatus } from '@tianyan/sources';
import type { AskedConnector, SweepControl } from '../tokens.js';
import { TestMends } from './test-mends.js';

/** What is the same of all rows in these tests. */
export const SEEN_ONCE = {
  problems: [],
  rowNumber: null,
  version: null,
  seenCount: 1,
  firstSeenAtMs: 0,
  receivedAtMs: null,
  settledAtMs: null,
} satisfies Partial<QuarantineItem>;

/** Stand in for a connector and a correlator, which are tested where they live. */
export class StandIns implements AskedConnector {
  sourceRows: SourceStatus[] = [];
  quarantined: QuarantineItem[] = [];
  startedSweeps: (readonly string[] | null)[] = [];
  decidedLists: unknown[] = [];
  /** Record types of which history is still on its way. */
  pendingTypes: ReadonlySet<string> = new Set();
  uploaded: { path: string; fileName: string }[] = [];

  readonly sources = {
    list: async () => this.sourceRows,
    find: async (name: string) => this.sourceRows.find((row) => row.name === name) ?? null,
  };
  readonly firstLoads: AskedConnector['firstLoads'] = { pendingTypes: async () => this.pendingTypes };
  readonly held: AskedConnector['held'] = {
    decide: async (name, input) => void this.decidedLists.push({ ...name, ...input }),
  };
  readonly mendService = new TestMends(() => this.quarantined);
  readonly quarantineService: AskedConnector['quarantineService'] = {
    list: async (query) =>
      this.quarantined
        .filter(
          (row) =>
            (query.state === undefined || row.state === query.state) && (query.beforeId === undefined || row.id < query.beforeId),
        )
        .toSorted((a, b) => b.id - a.id)
        .slice(0, query.limit),
    find: async (id) => this.quarantined.find((row) => row.id === id) ?? null,
    countByState: async () => ({
      open: this.quarantined.filter((row) => row.state === 'open').length,
      replayed: 0,
      discarded: 0,
    }),
    correctable: async () => ({
      columns: [{ column: 'phone', fields: [{ name: 'phone', label: '电话' }] }],
      whole: false,
      closed: null,
    }),
    replay: async (id) => {
      const row = this.quarantined.find((candidate) => candidate.id === id);
      if (!row) throw new RefusedError('not-found', '没有这一条');
      return { accepted: false, reason: row.reason, field: row.field };
    },
    propose: async (id, { actor, ...rest }) => this.mendService.add({ ...rest, proposedBy: actor, itemId: id, groupKey: null }),
    reopen: async (id) => {
      const row = this.quarantined.find((candidate) => candidate.id === id);
      if (row) row.state = 'open';
    },
    discard: async (id) => {
      const row = this.quarantined.find((candidate) => candidate.id === id);
      if (row) row.state = 'discarded';
    },
  };
  mappingDocuments: MappingDocument[] = [];
  readonly mappers: AskedConnector['mappers'] = { documentsOf: async () => this.mappingDocuments };
  readonly uploads: AskedConnector['uploads'] = {
    mappings: async () => [{ id: 'payments', label: '收支流水', type: 'assets.payment', isList: false }],
    upload: async ({ path, fileName }) => {
      this.uploaded.push({ path, fileName });
      return {
        fileName,
        sha256: '0',
        bytes: 1,
        takenBefore: false,
        held: 0,
        leftOut: 1,
        accepted: 2,
        repeated: 0,
        refused: 1,
        reasons: [{ reason: '金额不是数字', count: 1, firstRows: [2] }],
        notes: [],
        unreadSheets: [{ name: '去年', hidden: true }],
        remarks: [{ text: '跳过 1 行（空行 1 行）', isWarning: false }],
      };
    },
  };
  readonly sweepControl: SweepControl = {
    start: async ({ ruleIds }) => {
      this.startedSweeps.push(ruleIds);
      return { sweepId: `sweep-${this.startedSweeps.length}` };
    },
  };
}
