import { Reach, UnitReach, type AuditLog, type Delegations, type Reveals, type UserStore } from '@tianyan/access';
import { WorkingCalendar } from '@tianyan/calendar';
import { ClueQueries, type Clues } from '@tianyan/cases';
import type { Files } from '@tianyan/files';
import type { FindingQueries } from '@tianyan/findings';
import { RefusedError, secretToken } from '@tianyan/kernel';
import { NoticeOutbox } from '@tianyan/notices';
import type { NamesDirectory } from '@tianyan/rules';
import {
  CampaignQueries,
  Campaigns,
  CampaignTasks,
  CircularQueries,
  Circulars,
  improvementMachine,
  ImprovementQueries,
  Improvements,
  improvementSubject,
  LedgerImports,
  LetterQueries,
  letterMachine,
  Letters,
  letterSubject,
  NO_IMPROVEMENT,
  NO_TASK,
  OrderPopulation,
  ProofFiles,
  RectificationQueries,
  rectificationMachine,
  Rectifications,
  rectificationSubject,
  taskMachine,
  TaskOutcomes,
  taskSubject,
} from '@tianyan/supervision';
import type { RuntimeParts } from '@tianyan/runtime';
import type { WarehouseReader } from '@tianyan/warehouse';
import type { ProofKind } from '../api/index.js';
import { EvidenceReader } from '../findings/evidence-reader.js';
import { CurrentRecords } from '../timelines/current-records.js';
import { TimelineReader } from '../timelines/timeline-reader.js';
import { LedgerImportCases } from '../ledger-imports/ledger-import-cases.js';
import type { RuleBook } from '../rules/rule-book.js';
import { AssignmentCases } from './assignment-cases.js';
import { CampaignCases } from './campaign-cases.js';
import { CampaignLedger } from './campaign-ledger.js';
import { CampaignTaskCases } from './campaign-task-cases.js';
import { CircularAssignmentCases } from './circular-assignment-cases.js';
import { CircularCases } from './circular-cases.js';
import { DocumentCases } from './document-cases.js';
import { LetterCases } from './letter-cases.js';
import { OrderCovers } from './order-covers.js';
import { RectificationCases } from './rectification-cases.js';
import { ProofFileCases, type ProofShelf } from './proof-file-cases.js';
import { SourceCovers } from './source-covers.js';
import { SupervisionWording } from './supervision-words.js';

type Parts = Pick<RuntimeParts, 'config' | 'postgres' | 'catalogue' | 'ids' | 'countyClock' | 'machineClock' | 'holidays'> & {
  warehouse: WarehouseReader;
};

interface Composed {
  findings: FindingQueries;
  users: UserStore;
  names: NamesDirectory;
  audit: AuditLog;
  reveals: Reveals;
  files: Files;
  clues: Clues;
  rules: RuleBook;
  delegations: Delegations;
}

/** Letters to units, the units' answers, and the ledger of what they put right. */
export function composeSupervision(
  parts: Parts,
  { findings, users, names, audit, reveals, files, clues, rules, delegations }: Composed,
) {
  const { postgres: pool, warehouse, catalogue, ids, countyClock, holidays, machineClock } = parts;
  const calendar = new WorkingCalendar(holidays);
  const campaignQueries = new CampaignQueries(pool);
  const orderCovers = new OrderCovers({
    reader: new TimelineReader({ records: new CurrentRecords(warehouse), catalogue }),
    names,
  });
  const covers = new SourceCovers({
    findings,
    clues: new ClueQueries(pool),
    evidence: new EvidenceReader(warehouse, catalogue),
    campaignQueries,
    orderCovers,
  });
  const writing = { pool, ids, countyClock, calendar, users, outbox: new NoticeOutbox(machineClock) };
  const shared = {
    letters: new Letters(writing),
    letterQueries: new LetterQueries(pool),
    rectifications: new Rectifications({ pool, ids, countyClock }),
    rectificationQueries: new RectificationQueries(pool),
    improvements: new ImprovementQueries(pool),
    circulars: new Circulars(writing),
    circularQueries: new CircularQueries(pool),
    improvementWrites: new Improvements(writing),
    wording: new SupervisionWording({ names, users, countyClock, calendar }),
    campaignQueries,
    orderCovers,
    files,
    audit,
    delegations,
  };
  const { campaignTasks, ...campaignCases } = composeCampaigns(parts, {
    ...shared,
    users,
    names,
    clues,
    rules,
    outbox: writing.outbox,
  });
  const cases = {
    letterCases: new LetterCases({ ...shared, covers }),
    rectificationCases: new RectificationCases({ ...shared, covers, reveals }),
    assignmentCases: new AssignmentCases(shared),
    ...campaignCases,
    circularCases: new CircularCases({ ...shared, covers, users }),
    circularAssignmentCases: new CircularAssignmentCases(shared),
  };
  const shelves = composeShelves({ ...shared, campaignTasks }, cases);
  const ledgerImports = new LedgerImports({ pool, ids, countyClock, rectifications: shared.rectifications });
  const ledgerImportCases = new LedgerImportCases({ ledgerImports, rectificationCases: cases.rectificationCases, audit });
  const { templatesFolder } = parts.config;
  const documentCases = new DocumentCases({ ...cases, audit, machineClock, templatesFolder });
  return {
    ...cases,
    documentCases,
    ledgerImportCases,
    proofFileCases: new ProofFileCases({ shelves, proofFiles: new ProofFiles({ pool, files }), files, audit }),
  };
}

/** What is proved by files. */
function composeShelves(
  of: {
    letters: Letters;
    rectifications: Rectifications;
    improvementWrites: Improvements;
    circularQueries: CircularQueries;
    campaignTasks: CampaignTasks;
  },
  cases: {
    letterCases: LetterCases;
    rectificationCases: RectificationCases;
    assignmentCases: AssignmentCases;
    circularCases: CircularCases;
    circularAssignmentCases: CircularAssignmentCases;
    campaignTaskCases: CampaignTaskCases;
  },
): Record<ProofKind, ProofShelf> {
  const { letters, rectifications, improvementWrites, circularQueries } = of;
  const { letterCases, rectificationCases, assignmentCases, circularCases, circularAssignmentCases } = cases;
  return {
    letters: {
      noun: 'letter',
      actions: letterMachine.actionsOf('attach'),
      proof: (reach, by, id) => letters.proof(reach, by, id),
      proofOfUnit: (units, by, id) => letters.proofOfUnit(units, by, id),
      subject: letterSubject,
      shown: (actor, side, id) => (side === 'unit' ? assignmentCases.letter(actor, id) : letterCases.get(actor, id)),
    },
    rectifications: {
      noun: 'rectification',
      actions: rectificationMachine.actionsOf('attach'),
      proof: (reach, by, id) => rectifications.proof(reach, by, id),
      proofOfUnit: (units, by, id) => rectifications.proofOfUnit(units, by, id),
      subject: rectificationSubject,
      shown: (actor, side, id) =>
        side === 'unit' ? assignmentCases.rectification(actor, id) : rectificationCases.get(actor, id),
    },
    improvements: {
      noun: 'improvement',
      actions: improvementMachine.actionsOf('attach'),
      proof: (reach, by, id) => improvementWrites.proof(reach, by, id),
      proofOfUnit: (units, by, id) => improvementWrites.proofOfUnit(units, by, id),
      subject: improvementSubject,
      shown: async (actor, side, id) => {
        const { improvements } =
          side === 'unit'
            ? await circularAssignmentCases.get(actor, await circularQueries.circularOfUnits(UnitReach.of(actor), id))
            : await circularCases.get(actor, await circularQueries.circularOf(Reach.of(actor), id));
        const found = improvements.find((one) => one.id === id);
        if (!found) throw new RefusedError('not-found', NO_IMPROVEMENT);
        return found;
      },
    },
    'campaign-tasks': campaignShelf(of.campaignTasks, cases.campaignTaskCases),
  };
}

/** What the commission's people have seen of an order: to units there is no such thing. */
function campaignShelf(campaignTasks: CampaignTasks, campaignTaskCases: CampaignTaskCases): ProofShelf {
  const nothing = () => {
    throw new RefusedError('not-found', NO_TASK);
  };
  return {
    noun: 'campaign-task',
    actions: taskMachine.actionsOf('attach'),
    proof: (reach, by, id, forId) => campaignTasks.proof(reach, by, id, forId),
    isDelegable: true,
    proofOfUnit: nothing,
    subject: taskSubject,
    shown: async (actor, side, id) => (side === 'unit' ? nothing() : campaignTaskCases.get(actor, id)),
  };
}

/** Orders that are looked at again. */
function composeCampaigns(
  { postgres: pool, warehouse, ids, countyClock, machineClock }: Parts,
  shared: {
    rectifications: Rectifications;
    wording: SupervisionWording;
    campaignQueries: CampaignQueries;
    orderCovers: OrderCovers;
    letters: Letters;
    outbox: NoticeOutbox;
  } & Pick<Composed, 'users' | 'names' | 'audit' | 'files' | 'clues' | 'rules' | 'delegations'>,
) {
  const population = new OrderPopulation({ pool, warehouse });
  const campaigns = new Campaigns({ pool, ids, countyClock, population, seeds: secretToken, outbox: shared.outbox });
  const campaignCases = new CampaignCases({ ...shared, campaigns });
  const campaignTasks = new CampaignTasks({ pool, countyClock, ...shared });
  return {
    campaignCases,
    campaignLedger: new CampaignLedger({ ...shared, campaigns: campaignCases, machineClock }),
    campaignTasks,
    campaignTaskCases: new CampaignTaskCases({
      ...shared,
      campaignTasks,
      taskOutcomes: new TaskOutcomes({ pool, countyClock, ...shared }),
    }),
  };
}
