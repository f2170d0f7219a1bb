import { UnitReach, type Actor, type AuditLog } from '@tianyan/access';
import type { Files } from '@tianyan/files';
import { RefusedError } from '@tianyan/kernel';
import { NO_CIRCULAR, type CircularQueries, type Circulars, type Improvements } from '@tianyan/supervision';
import type {
  AssignedCircularDetail,
  AssignedCirculars,
  ReportImprovementRequest,
  UnitCircularStepBody,
  UnitImprovementStepBody,
} from '../api/circulars.js';
import { askingAlone } from '../delegations/deputy-steps.js';
import { assignedCircular, assignedCircularDetail, owesReport } from './circular-answers.js';
import { CIRCULAR_RECORD, closingRecords, IMPROVEMENT_RECORD, stepRecord } from './step-record.js';
import type { SupervisionWording } from './supervision-words.js';

/** What a liaison sees of circulars, reads and reports: never what they were drafted from, nor what other units report. */
export class CircularAssignmentCases {
  constructor(
    private readonly parts: {
      circulars: Circulars;
      circularQueries: CircularQueries;
      improvementWrites: Improvements;
      files: Pick<Files, 'listOf'>;
      wording: SupervisionWording;
      audit: AuditLog;
    },
  ) {}

  async list(actor: Actor): Promise<AssignedCirculars> {
    const { circularQueries, wording } = this.parts;
    const units = UnitReach.of(actor);
    const [words, circulars, read] = await Promise.all([
      wording.now(),
      circularQueries.listOfUnits(units),
      circularQueries.readOfUnits(units),
    ]);
    const items = [];
    for (const circular of circulars) {
      const own = circular.unitCodes.filter((code) => units.covers(code));
      // Few are issued, and of those fewer name the unit.
      const detail = own.length > 0 && circular.state === 'issued' ? await circularQueries.getOfUnits(units, circular.id) : null;
      const toReport = detail !== null && owesReport(detail, own);
      items.push(assignedCircular(circular, { words, read: read.has(circular.id), toReport }));
    }
    return { items };
  }

  async get(actor: Actor, id: string): Promise<AssignedCircularDetail> {
    const { circularQueries, files, wording } = this.parts;
    const units = UnitReach.of(actor);
    const [found, words] = await Promise.all([circularQueries.getOfUnits(units, id), wording.now()]);
    if (!found) throw new RefusedError('not-found', NO_CIRCULAR);
    const improvements = found.improvements.map(({ item }) => item.id);
    return assignedCircularDetail(found, {
      words,
      asking: askingAlone(actor),
      files: await files.listOf('improvement', improvements),
      unitCodes: units.unitCodes,
    });
  }

  /** 已阅. */
  async read(actor: Actor, id: string): Promise<AssignedCircularDetail> {
    const { circulars, audit } = this.parts;
    await circulars.read(UnitReach.of(actor), actor.user, id, {
      read: (client) => audit.record(actor, { action: 'read-circular', object: `circular/${id}` }, client),
      closing: stepRecord(audit, actor, CIRCULAR_RECORD),
    });
    return this.get(actor, id);
  }

  async take(actor: Actor, id: string, { step: request }: UnitCircularStepBody): Promise<AssignedCircularDetail> {
    const records = closingRecords(this.parts.audit, actor, CIRCULAR_RECORD);
    await this.parts.circulars.takeForUnit(UnitReach.of(actor), actor.user, { circularId: id, request }, records);
    return this.get(actor, id);
  }

  async report(actor: Actor, id: string, asked: ReportImprovementRequest): Promise<AssignedCircularDetail> {
    const record = stepRecord(this.parts.audit, actor, IMPROVEMENT_RECORD);
    await this.parts.improvementWrites.report(UnitReach.of(actor), actor.user, { circularId: id, asked }, record);
    return this.get(actor, id);
  }

  async takeImprovementStep(
    actor: Actor,
    id: string,
    { revision, step: request }: UnitImprovementStepBody,
  ): Promise<AssignedCircularDetail> {
    const units = UnitReach.of(actor);
    const circularId = await this.parts.circularQueries.circularOfUnits(units, id);
    const records = closingRecords(this.parts.audit, actor, IMPROVEMENT_RECORD);
    await this.parts.improvementWrites.takeForUnit(units, actor.user, { id, revision, request }, records);
    return this.get(actor, circularId);
  }
}
