/** Numbers that random rules refer to, of all rules alike. */
export const PARAMETERS = {
  limit: { label: '限值', value: 2 },
  peers: { label: '同类', value: 3 },
  share: { label: '比例', value: 60 },
  length: { label: '字数', value: 22 },
  // Of some days it has no row: nothing is later than what is moved by it, and nothing earlier.
  wait: {
    label: '等待',
    table: [
      { when: { action: ['signed', 'contacted'] }, value: -30 },
      { from: '2026-02-12', to: '2026-02-20', value: 40 },
      { to: '2026-02-11', value: 0 },
    ],
  },
  workingWait: {
    label: '工作日',
    table: [
      { when: { action: ['signed', 'contacted'] }, value: -1 },
      { from: '2026-02-12', to: '2026-02-20', value: 3 },
      { to: '2026-02-11', value: 0 },
    ],
  },
  threshold: {
    label: '标准',
    table: [
      { region: '320921', to: '2026-02-19', value: 800_000 },
      { region: '3209', from: '2026-02-12', value: 4_999_999 },
      { value: 1_000_000 },
    ],
  },
  fewest: {
    label: '次数',
    table: [
      { region: '320921', to: '2026-02-19', value: 1 },
      { region: '3209', from: '2026-02-12', value: 3 },
      { to: '2026-02-11', value: 2 },
    ],
  },
  // Of some days it has no row either.
  localHours: {
    label: '时限',
    table: [
      { region: '320921', to: '2026-02-19', value: 5 },
      { region: '3209', from: '2026-02-12', value: 30 },
    ],
  },
  contractDays: {
    label: '天数',
    table: [
      { region: '320921', when: { kind: 'lease' }, value: 1 },
      { from: '2026-02-12', to: '2026-03-20', value: 4 },
      { region: '32', value: 2 },
    ],
  },
  days: {
    label: '天数',
    table: [
      { region: '320921', when: { category: 'consult' }, value: 1 },
      { region: '3209', from: '2026-02-12', to: '2026-02-20', value: 4 },
      { when: { category: ['complaint', 'report'] }, value: 2 },
      { from: '2026-02-11', value: 3 },
    ],
  },
};
