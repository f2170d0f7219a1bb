import type { MappingDocument } from '@tianyan/contracts';
import { RefusedError } from '@tianyan/kernel';
import type { ConsolePorts } from '../console.module.js';
import type { QuarantinedRow, SourceStatus } from '../ports.js';
import { TestMends } from './test-mends.js';

/** Stands in for the other apps, which are tested where they live. */
export class TestPorts implements ConsolePorts {
  sourceRows: SourceStatus[] = [];
  quarantined: QuarantinedRow[] = [];
  startedSweeps: (readonly string[] | null)[] = [];
  decidedLists: unknown[] = [];
  uploaded: { path: string; fileName: string }[] = [];

  readonly sources = {
    list: async () => this.sourceRows,
    find: async (name: string) => this.sourceRows.find((row) => row.name === name) ?? null,
  };
  readonly heldLists: ConsolePorts['heldLists'] = {
    decide: async (name, input) => void this.decidedLists.push({ ...name, ...input }),
  };
  readonly mends = new TestMends(() => this.quarantined);
  readonly quarantine: ConsolePorts['quarantine'] = {
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
    propose: async (id, { actor, ...rest }) => this.mends.add({ ...rest, proposedBy: actor, itemId: id, groupKey: null }),
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
  readonly mappings: ConsolePorts['mappings'] = { documentsOf: async () => this.mappingDocuments };
  readonly uploads: ConsolePorts['uploads'] = {
    mappings: async () => [{ id: 'payments', label: '收支流水', type: 'assets.payment' }],
    upload: async ({ path, fileName }) => {
      this.uploaded.push({ path, fileName });
      return {
        accepted: 2,
        repeated: 0,
        refused: 1,
        reasons: [{ reason: '金额不是数字', count: 1 }],
        notes: [],
        unreadSheets: [{ name: '去年', hidden: true }],
        remarks: [{ text: '跳过 1 行（空行 1 行）' }],
      };
    },
  };
  readonly sweepControl = {
    start: async ({ ruleIds }: { ruleIds: readonly string[] | null }) => {
      this.startedSweeps.push(ruleIds);
      return { sweepId: `sweep-${this.startedSweeps.length}` };
    },
  };
}
