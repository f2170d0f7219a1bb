import { parseRule } from '../pack.js';
import type { RuleDefinition } from '../language/rule.js';
import { guideRules } from './guide-rules.js';

/** What is said otherwise than in a rule of the guide: options that neither it nor a shipped rule has. */
const OTHERWISE: Readonly<Record<string, { of: string; parts: object }>> = {
  'count-to-the-very-end': {
    of: 'repeated-complaint',
    parts: { any: [{ of: 'order', measure: 'records', atLeast: 3, within: { hours: 5, boundary: 'inclusive' } }] },
  },
  'count-by-details': {
    of: 'order-ping-pong',
    parts: {
      inputs: { returned: { type: 'hotline.order-event', where: { action: 'returned' } }, order: { type: 'hotline.order' } },
      parameters: {
        fewest: { label: '次数', unit: '次', table: [{ region: '320921', from: '2026-03-01', value: 2 }] },
        reach: { label: '小时', unit: '小时', table: [{ when: { category: 'consult' }, value: 24 }, { value: 72 }] },
      },
      any: [
        {
          of: 'returned',
          measure: 'records',
          atLeast: { parameter: 'fewest', region: 'townshipCode', day: 'atMs' },
          within: { hours: { parameter: 'reach' }, boundary: 'inclusive' },
          details: 'order',
        },
      ],
      subjects: {},
    },
  },
  'ratio-of-what-follows-moved': {
    of: 'moved-on',
    parts: {
      part: {
        of: 'moved',
        onlyAfter: {
          of: 'returned',
          within: { minutes: 90, boundary: 'strict' },
          compare: [
            { field: 'orderId', is: 'equals' },
            { field: 'atMs', is: 'atLeast', to: 'extendedToMs', plusHours: { field: 'stepNo' } },
            { field: 'atMs', is: 'above', plusDays: 1 },
            { field: 'stepNo', is: 'atMost', percent: 50 },
            { field: 'stepNo', is: 'below' },
          ],
        },
      },
      atLeast: undefined,
      atMost: 50,
    },
  },
  'ratio-less-what-is-let-off': {
    of: 'moved-on',
    parts: {
      exceptions: [{ reason: '汛期', scope: ['U1'], from: '2026-03-02', to: '2026-03-05' }],
      sources: ['county'],
    },
  },
  'ratio-after-working-days': { of: 'dissatisfied-share', parts: { grace: { workingDays: 5 } } },
  'ratio-after-days': { of: 'dissatisfied-share', parts: { grace: { calendarDays: { parameter: 'minRevisits' } } } },
  'outlier-after-days': { of: 'returns-far-above-peers', parts: { grace: { calendarDays: 15 } } },
  'outlier-below-the-fence': {
    of: 'returns-far-above-peers',
    parts: { is: 'below', statistic: 'lowerFence', percent: undefined, spreadPercent: 300 },
  },
  'outlier-above-the-fence': { of: 'returns-far-above-peers', parts: { is: 'atLeast', statistic: 'upperFence' } },
  'outlier-far-below': {
    of: 'returns-far-above-peers',
    parts: { is: 'atMost', statistic: 'lowerMad', leastDistance: undefined },
  },
  'outlier-far-above': { of: 'returns-far-above-peers', parts: { statistic: 'upperMad', minPart: 3 } },
  'outlier-of-all-sums': {
    of: 'returns-far-above-peers',
    parts: {
      explanation: '{ownSum}、{peersSum}、{limitSum}、{peers}',
      scope: ['unitId'],
      inputs: { rated: { type: 'hotline.order-event' } },
      roles: {},
      part: { of: 'rated', measure: 'sum', field: 'satisfaction' },
      whole: undefined,
      minWhole: undefined,
      leastDistance: 3,
      among: undefined,
      statistic: 'quantile',
      quantile: 90,
      decide: 'open',
      // Those of the guide are about shares.
      examples: [
        {
          name: '任意',
          now: '2026-03-02T09:00:00+08:00',
          records: [{ type: 'hotline.order-event', id: 'x', at: '2026-03-02T09:00:00+08:00' }],
          expect: [],
        },
      ],
    },
  },
  'outlier-of-different-ones': {
    of: 'returns-far-above-peers',
    parts: { part: { of: 'returned', measure: 'distinct', field: 'orderId' }, statistic: 'average' },
  },
  'ratio-by-working-days': {
    of: 'moved-on',
    parts: {
      part: {
        of: 'moved',
        onlyAfter: { of: 'returned', compare: [{ field: 'extendedToMs', is: 'atMost', plusWorkingDays: { field: 'stepNo' } }] },
      },
    },
  },
  'sequence-of-what-is-moved': {
    of: 'passed-back',
    parts: {
      parameters: {
        wait: {
          label: '等待',
          unit: '天',
          table: [
            { region: '320921', value: 3 },
            { from: '2026-03-01', value: 5 },
          ],
        },
      },
      steps: [
        { of: 'assigned' },
        {
          of: 'assigned',
          within: { hours: 9, boundary: 'inclusive' },
          compare: [{ field: 'atMs', is: 'atLeast', step: 1, plusDays: { parameter: 'wait', region: 'unitId', day: 'atMs' } }],
        },
        {
          of: 'assigned',
          compare: [{ field: 'atMs', is: 'atMost', step: 2, to: 'extendedToMs', plusHours: { field: 'stepNo' } }],
        },
      ],
    },
  },
  'sequence-by-working-days': {
    of: 'passed-back',
    parts: {
      parameters: { wait: { label: '等待', unit: '个工作日', table: [{ from: '2026-03-01', value: 5 }] } },
      steps: [
        { of: 'assigned' },
        {
          of: 'assigned',
          compare: [{ field: 'atMs', is: 'above', step: 1, plusWorkingDays: { parameter: 'wait', day: 'atMs' } }],
        },
      ],
    },
  },
  'absence-by-each-deadline': {
    of: 'no-contact-in-time',
    parts: {
      any: [
        { look: 'backward', of: 'signed', expect: ['contacted'], within: { minutes: 30 } },
        { of: 'signed', expect: [{ of: 'contacted', from: 'anytime' }], deadline: { calendarDays: 3 } },
        { of: 'signed', expect: ['contacted'], unless: [{ of: 'returned', from: 'start' }], deadline: { field: 'extendedToMs' } },
        { of: 'signed', expect: ['completed'], deadline: { calendarDays: 5, from: 'extendedToMs', orAt: true } },
        { of: 'signed', expect: ['completed'], deadline: { workingHours: 4, officeHours: ['09:00-12:00', '13:00-17:00'] } },
      ],
    },
  },
  'join-below-fences': {
    of: 'payment-far-from-usual',
    parts: {
      deadline: { workingHours: 9, officeHours: ['09:00-12:00'], boundary: 'strict' },
      all: [
        { of: 'usual', stat: { value: 'amountFen', is: 'below', statistic: 'lowerFence', minRecords: 3 } },
        { of: 'other', stat: { value: 'amountFen', is: 'atMost', statistic: 'lowerMad', spreadPercent: 300, minRecords: 3 } },
      ],
    },
  },
  'join-by-working-days': {
    of: 'paid-then-reported',
    parts: {
      all: [
        {
          of: 'paid',
          before: 'order',
          compare: [{ field: 'atMs', is: 'below', subject: 'atMs', plusWorkingDays: -3 }],
          atLeast: 1,
        },
      ],
    },
  },
  'match-by-working-days': {
    of: 'term-in-days',
    parts: {
      inputs: {
        contract: {
          type: 'assets.contract',
          where: {
            startsOn: {
              below: { field: 'signedOn', plusWorkingDays: { parameter: 'noticeDays', region: 'villageCode', day: 'signedOn' } },
            },
            endsOn: { not: { field: 'signedOn', plusWorkingDays: { field: 'termMonths' } } },
          },
        },
      },
    },
  },
  'join-by-details': {
    of: 'paid-then-reported',
    parts: {
      inputs: {
        order: { type: 'hotline.order' },
        details: { type: 'hotline.order' },
        paid: { type: 'assets.payment', link: { to: 'order', on: [{ villageCode: 'villageCode' }] } },
      },
      parameters: {
        days: { label: '时限', unit: '个工作日', table: [{ when: { category: 'consult' }, value: 2 }, { value: 5 }] },
      },
      deadline: { workingDays: { parameter: 'days' }, details: 'details' },
    },
  },
  'duration-of-at-least': { of: 'slow-hand-over', parts: { any: [{ measure: 'longest', atLeast: { minutes: 30 } }] } },
  'join-less-listed': {
    of: 'large-first-payment',
    parts: {
      inputs: {
        paid: { type: 'assets.payment', where: { direction: 'out' } },
        earlier: { type: 'assets.payment', link: { to: 'paid', on: [{ counterparty: 'counterparty' }] } },
        older: { type: 'assets.payment', link: { to: 'paid', on: [{ villageCode: 'villageCode' }] } },
        permitted: {
          type: 'directory.list-entry',
          link: { to: 'paid', on: [{ entry: 'villageCode' }, { entry: 'voucherId', related: 'counterparty' }] },
        },
      },
      exceptions: [
        { reason: '批准的名单', listed: { of: 'permitted', validTo: 'validTo' }, from: '2026-01-01', to: '2026-12-31' },
      ],
    },
  },
  'ratio-less-listed': {
    of: 'dissatisfied-lately',
    parts: {
      inputs: {
        revisited: { type: 'hotline.order-event', where: { action: 'called-back' } },
        dissatisfied: { type: 'hotline.order-event', where: { action: 'called-back', solved: false } },
        permitted: { type: 'directory.list-entry', link: { to: 'revisited', on: [{ entry: 'orderId' }] } },
      },
      exceptions: [
        { reason: '批准的名单', listed: { of: 'permitted', validFrom: 'validFrom' } },
        { reason: '另一份', listed: { of: 'permitted' }, to: '2026-01-01' },
      ],
    },
  },
  'rotation-of-the-smaller': { of: 'bidders-take-turns', parts: { overlap: { percent: 100, of: 'smaller' } } },
  'similar-within': { of: 'reply-copied-in-steps', parts: { within: { days: 30 } } },
  'score-of-the-low': { of: 'unit-many-signs', parts: { weights: { severity: { low: 1 } } } },
};

/** Whole rules with them, under the names of what they show. */
export function optionRules(): RuleDefinition[] {
  const guide = new Map(guideRules().map((rule) => [rule.id, rule]));
  return Object.entries(OTHERWISE).map(([id, { of, parts }]) => parseRule(JSON.stringify({ ...guide.get(of), ...parts, id })));
}
