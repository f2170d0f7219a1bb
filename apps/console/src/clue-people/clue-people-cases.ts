import { isAllowed, maskName, maskText, Reach, requireAction, type Actor, type AuditLog, type Reveals } from '@tianyan/access';
import {
  NO_PERSON,
  refusalOfTaker,
  watchedUntilMs,
  type ClueDetail,
  type CluePeople,
  type ClueQueries,
  type FoundPerson,
  type HandlingRules,
  type NamedPerson,
} from '@tianyan/cases';
import { RefusedError, type IdSource } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import type { CircularQueries, LetterQueries, RectificationQueries } from '@tianyan/supervision';
import type {
  IdentifyPersonRequest,
  KnownPeople,
  KnownPerson,
  PersonEvent,
  PersonPage,
  SameNameRequest,
  SearchPeopleRequest,
} from '../api/index.js';
import { clueAnswer, maskOf, personAnswer } from '../clues/clue-answers.js';
import type { ClueCases } from '../clues/clue-cases.js';
import { identityObject } from '../clues/step-record.js';
import type { FindingCases } from '../findings/finding-cases.js';
import { hasPage } from '../places/paged-places.js';
import {
  circularEvent,
  clueEvents,
  formAtMs,
  letterEvent,
  namesPerson,
  rectificationEvent,
  watchEvent,
  type EventWords,
} from './person-events.js';
import { personNet, type NetClue } from './person-net.js';

/** On one page: who reads more reads the clues themselves. */
const MAX_EVENTS = 400;
/** Of the clues of one person a few are written. */
const MAX_WRITTEN = 100;

/**
 * People whom clues name (涉及人员), within the reach of who asks. Nobody else has such a page: the commission deals with these by its procedure, and with
 * whoever complained, or merely stands in a register, it does not.
 */
export class CluePeopleCases {
  constructor(
    private readonly parts: {
      people: CluePeople;
      clueCases: Pick<ClueCases, 'words'>;
      clueQueries: ClueQueries;
      findingCases: FindingCases;
      letterQueries: LetterQueries;
      circularQueries: CircularQueries;
      rectificationQueries: RectificationQueries;
      names: NamesDirectory;
      rules: HandlingRules;
      audit: AuditLog;
      reveals: Reveals;
      ids: IdSource;
    },
  ) {}

  /** Each look is on record, with the clue that it is taken for. */
  async get(actor: Actor, clueId: string, personId: string): Promise<PersonPage> {
    const found = await this.parts.people.find(Reach.of(actor), { clueId, personId });
    if (!found) throw new RefusedError('not-found', NO_PERSON);
    await this.parts.audit.record(actor, { action: 'read-clue-person', object: `clue/${clueId}/people/${personId}` });
    const details = await this.detailsOf(actor, found);
    const [words, directory] = await Promise.all([this.parts.clueCases.words(), this.parts.names.refresh()]);
    const mask = maskOf(details.flatMap(({ people }) => people));
    const events = await this.eventsOf(actor, { found, details, words: { clue: words, names: directory, mask } });
    const ofNet: NetClue[] = [];
    for (const { clue, facts } of details)
      ofNet.push({ id: clue.id, number: clue.number, findings: await this.parts.findingCases.listed(actor, facts.findingIds) });
    const reach = Reach.of(actor);
    const name = maskName(found.entries[0].name);
    const own = details.find(({ clue }) => clue.id === clueId);
    return {
      name,
      entries: found.entries.flatMap((entry) => {
        if (!details.some(({ clue }) => clue.id === entry.clueId)) return [];
        const { id, identityId: _, clueId: inClue, clueNumber, ...person } = entry;
        const { id: _id, ...shown } = personAnswer({ id, ...person }, mask);
        return [{ ...shown, personId: id, clueId: inClue, clueNumber, formAtMs: formAtMs(details, id) }];
      }),
      clues: details.map(({ clue }) => clueAnswer(clue, words)),
      events: events.slice(-MAX_EVENTS),
      net: personNet(name, ofNet, (kind, code) => hasPage(reach, directory, kind, code), reach.isWholeCounty),
      truncated: found.truncated || events.length > MAX_EVENTS,
      mayIdentify: own !== undefined && isAllowed(actor.user.role, 'handle-clues') && refusalOfCorrection(own, actor) === null,
    };
  }

  /**
   * Who of this name is known already, for whoever may name somebody in a clue in hand, or puts right who is one person there: of that person the name
   * has to be theirs. What is found is a look at the people of the clues that name them, and counts as one. Throws RefusedError: `not-found`; `conflict`
   * where nobody may be named, or not by this person; `invalid` for another name than the person's; like Reveals.
   */
  async sameNamed(actor: Actor, clueId: string, { name, personId }: SameNameRequest): Promise<KnownPeople> {
    const { audit, clueQueries } = this.parts;
    await requireAction(audit, actor, 'reveal-personal-data', `clue-people/same-name/${clueId}`);
    const own = await clueQueries.get(Reach.of(actor), clueId);
    if (!own) throw new RefusedError('not-found', '没有这条线索，可能链接有误，请回到列表重新打开。');
    const person = own.people.find(({ id }) => id === personId);
    if (personId !== undefined && !person) throw new RefusedError('not-found', NO_PERSON);
    const refusal = person ? refusalOfCorrection(own, actor) : refusalOfTaker(own.facts, 'add-person', actor.user.id);
    if (refusal !== null) throw new RefusedError('conflict', refusal);
    const asked = { logged: `clue-people/same-name/${clueId}`, reason: '登记涉及人员，核对同名', atLimit: NO_LOOKS_TO_NAME };
    return this.known(actor, name, { ...asked, ...(person && { ownName: person.name }) });
  }

  /** By the whole name, for who may see names: with a reason, on record, within the limit of looks. Throws RefusedError like Reveals. */
  search(actor: Actor, { name, reason }: SearchPeopleRequest): Promise<KnownPeople> {
    return this.known(actor, name, { logged: 'clue-people/search', reason, atLimit: NO_LOOKS_TO_SEARCH });
  }

  /** Throws RefusedError like CluePeople.identify. */
  async identify(actor: Actor, asked: { clueId: string; personId: string } & IdentifyPersonRequest): Promise<PersonPage> {
    const { clueId, personId, sameAsId, reason } = asked;
    const { audit, ids, people } = this.parts;
    await people.identify(Reach.of(actor), { clueId, personId, sameAsId, newId: ids.next() }, (client) =>
      audit.record(actor, { action: 'identify-clue-person', object: identityObject(personId, sameAsId), reason }, client),
    );
    return this.get(actor, clueId, personId);
  }

  /** @param asked.ownName of whom it is asked: the name has to be this one */
  private async known(
    actor: Actor,
    name: string,
    { logged, reason, atLimit, ownName }: { logged: string; reason: string; atLimit: string; ownName?: string },
  ): Promise<KnownPeople> {
    const { people, reveals, ids } = this.parts;
    // Also where nobody is found: that nobody of a name is known says something, too. The name itself is in no log.
    const asked = { action: 'search-clue-people', object: `clue-people/search/${ids.next()}`, loggedAs: logged } as const;
    await reveals.permitSearch(actor, { asked, reason, atLimit });
    if (ownName !== undefined && name !== ownName)
      throw new RefusedError('invalid', '填写的姓名与这条线索里登记的不同，请填写这个人的完整姓名。');
    const found = await people.sameNamed(Reach.of(actor), name);
    // Counted as a look at the people of each clue. Not below the clue in the log: its dossier would tell of another that names one of its people.
    const looks = found.map(
      ({ clueId }) =>
        ({ action: 'read-clue-people', object: `clue/${clueId}/people`, loggedAs: `clue-people/found/${clueId}` }) as const,
    );
    await reveals.countFound(actor, { reveals: looks, reason });
    return { items: [...Map.groupBy(found, ({ identityId }) => identityId).values()].flatMap(knownPerson) };
  }

  private async detailsOf(actor: Actor, { clueIds }: FoundPerson): Promise<ClueDetail[]> {
    const details: ClueDetail[] = [];
    for (const id of clueIds) {
      const detail = await this.parts.clueQueries.get(Reach.of(actor), id);
      // Null: kept to a circle since it was found.
      if (detail) details.push(detail);
    }
    return details;
  }

  private async eventsOf(
    actor: Actor,
    of: { found: FoundPerson; details: readonly ClueDetail[]; words: EventWords },
  ): Promise<PersonEvent[]> {
    const { found, details, words } = of;
    const personIds = new Set(found.entries.map(({ id }) => id));
    // A clue that became part of another has left its people there, and its steps name them.
    const people = details.flatMap((detail) => detail.people);
    const { nowMs } = words.clue;
    const ofClues = details.flatMap((detail) => {
      const untilMs = watchedUntilMs(detail.clue, this.parts.rules);
      return [
        ...clueEvents({ ...detail, people }, { personIds, userId: actor.user.id, words }),
        ...(untilMs === null ? [] : [watchEvent(detail, untilMs, nowMs)]),
      ];
    });
    const written = isAllowed(actor.user.role, 'read-supervision') ? await this.writtenOf(actor, found, words) : [];
    return [...ofClues, ...written].toSorted((a, b) => Number(a.ahead) - Number(b.ahead) || a.atMs - b.atMs);
  }

  /** Letters and circulars that were drafted from the clues, and what came of them for the person. */
  private async writtenOf(actor: Actor, { clueIds, entries }: FoundPerson, words: EventWords): Promise<PersonEvent[]> {
    const { letterQueries, circularQueries, rectificationQueries } = this.parts;
    const reach = Reach.of(actor);
    const page = { cursor: null, limit: MAX_WRITTEN };
    const { items: letters } = await letterQueries.list(reach, { originIds: clueIds }, page);
    const letterIds = letters.map(({ id }) => id);
    const { items: circulars } = await circularQueries.list(reach, { originIds: [...clueIds, ...letterIds] }, page);
    const items = letterIds.length === 0 ? [] : await rectificationQueries.ofLetters(reach, letterIds);
    const [{ name }] = entries;
    return [
      ...letters.map((letter) => letterEvent(letter, words)),
      ...circulars.map((circular) => circularEvent(circular, words)),
      // By name alone it would be anybody's: only among what came of the person's own clues.
      ...items
        .filter(({ responsible, leader }) => namesPerson(responsible, name) || namesPerson(leader, name))
        .map((item) => rectificationEvent(item, words)),
    ];
  }
}

const NO_LOOKS_TO_SEARCH = '今天查看个人信息的次数已到每人每天的上限，不能再按姓名查，请明天再查，或请其他人员协助。';
const NO_LOOKS_TO_NAME =
  '今天查看个人信息的次数已到每人每天的上限，不能再核对同名。可以先按“另一人”登记，明天核对后再更正，或请其他人员协助。';

/** Who is one person is put right by whoever handles the clue, wherever it stands. */
function refusalOfCorrection({ facts }: ClueDetail, { user }: Actor): string | null {
  return facts.assigneeId === user.id ? null : '是不是同一人由承办人认定，您不是这条线索的承办人。';
}

function knownPerson(entries: readonly NamedPerson[]): KnownPerson[] {
  const [newest] = entries;
  if (!newest) return [];
  return [
    {
      personId: newest.id,
      clueId: newest.clueId,
      name: newest.name,
      entries: entries.map(({ id, clueId, clueNumber, unit, post }) => ({
        personId: id,
        clueId,
        clueNumber,
        unit: maskText(unit),
        post: post === null ? null : maskText(post),
      })),
    },
  ];
}
