import type { AuditLog, UserStore } from '@tianyan/access';
import { WorkingCalendar } from '@tianyan/calendar';
import { ClueBench, ClueHandOver, ClueQueries } from '@tianyan/cases';
import { NoticeOutbox } from '@tianyan/notices';
import type { NamesDirectory } from '@tianyan/rules';
import { configuredHandlingRules, type RuntimeParts } from '@tianyan/runtime';
import { CampaignQueries, CircularHandOver, LetterHandOver } from '@tianyan/supervision';
import type { ClueCases } from '../clues/clue-cases.js';
import { SupervisionWording } from '../supervision/supervision-words.js';
import { HandOverCases } from './hand-over-cases.js';

type Parts = Pick<RuntimeParts, 'config' | 'postgres' | 'countyClock' | 'machineClock' | 'holidays'>;
interface Composed {
  users: UserStore;
  names: NamesDirectory;
  audit: AuditLog;
  clueCases: ClueCases;
}

/** What somebody who leaves handles, and its way to somebody else. */
export function composeHandOver(parts: Parts, { users, names, audit, clueCases: clues }: Composed) {
  const { config, postgres: pool, countyClock, machineClock, holidays } = parts;
  const calendar = new WorkingCalendar(holidays);
  const shared = { pool, countyClock, calendar, outbox: new NoticeOutbox(machineClock) };
  return {
    handOverCases: new HandOverCases({
      clueHandOver: new ClueHandOver({ ...shared, rules: configuredHandlingRules(config) }),
      letterHandOver: new LetterHandOver(shared),
      circularHandOver: new CircularHandOver(shared),
      campaignQueries: new CampaignQueries(pool),
      queries: new ClueQueries(pool),
      bench: new ClueBench(pool),
      wording: new SupervisionWording({ names, users, countyClock, calendar }),
      users,
      clues,
      audit,
      countyClock,
    }),
  };
}
