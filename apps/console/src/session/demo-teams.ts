import { randomPassword, type Role, type UserStore } from '@tianyan/access';
import type { TeamStore } from '@tianyan/notices';
import { keepPasswords, type FirstPasswords } from './first-passwords.js';

interface DemoTeam {
  name: string;
  /** Of the simulated county. */
  townshipCodes: readonly string[];
  members: readonly { account: string; displayName: string; role: Role }[];
}

/** Offices of the demo county's commission: who directs clues, and who approves. */
const DEMO_OFFICES: DemoTeam['members'] = [
  { account: 'leader', displayName: '委领导（演示）', role: 'commission-leader' },
  { account: 'case-office', displayName: '案件监督管理室（演示）', role: 'case-manager' },
];

/** Who answers for two units of the demo county: without them nobody sees what a letter is on the other side. */
const DEMO_LIAISONS: readonly { account: string; displayName: string; unitCode: string }[] = [
  { account: 'township-liaison', displayName: '大有镇人民政府联络员（演示）', unitCode: 'DW049' },
  { account: 'water-liaison', displayName: '自来水公司联络员（演示）', unitCode: 'DW037' },
];

/** Inspection teams of the demo county, so that its alerts go to different people. The accounts are offices, not persons. */
const DEMO_TEAMS: readonly DemoTeam[] = [
  {
    name: '第一监督检查组（演示）',
    townshipCodes: ['320921100', '320921101', '320921102', '320921103'],
    members: [
      { account: 'team1-lead', displayName: '一组组长（演示）', role: 'analyst' },
      { account: 'team1-member', displayName: '一组组员（演示）', role: 'reader' },
    ],
  },
  {
    name: '第二监督检查组（演示）',
    townshipCodes: ['320921104', '320921105', '320921106', '320921107'],
    members: [
      { account: 'team2-lead', displayName: '二组组长（演示）', role: 'analyst' },
      { account: 'team2-member', displayName: '二组组员（演示）', role: 'team-member' },
    ],
  },
  {
    name: '第三监督检查组（演示）',
    townshipCodes: ['320921400', '320921401', '320921402'],
    members: [{ account: 'team3-lead', displayName: '三组组长（演示）', role: 'analyst' }],
  },
];

/**
 * Makes the demo county's offices, liaisons, teams and their members where the accounts are missing, and keeps the first passwords. A member sees
 * the townships of the team; accounts that are there already keep their reach. Teams that an administrator has changed or removed afterwards stay as they are. Only to be called beside the demo county.
 */
export async function ensureDemoTeams(input: {
  dataDirectory: string;
  users: UserStore;
  teams: TeamStore;
}): Promise<FirstPasswords> {
  const made: { account: string; password: string }[] = [];
  const known = new Map((await input.users.everybody()).map(({ account, id }) => [account, id]));
  for (const single of [...DEMO_OFFICES, ...DEMO_LIAISONS.map(liaisonOf)]) {
    if (known.has(single.account)) continue;
    const password = randomPassword();
    await input.users.create({ ...single, townshipCodes: null, password, mustChangePassword: true });
    made.push({ account: single.account, password });
    keepPasswords(input.dataDirectory, made);
  }
  for (const demo of DEMO_TEAMS) {
    if (demo.members.every(({ account }) => known.has(account))) continue;
    const memberIds: string[] = [];
    for (const member of demo.members) {
      const password = randomPassword();
      const { townshipCodes } = demo;
      const account = { ...member, townshipCodes, password, mustChangePassword: true };
      const id = known.get(member.account) ?? (await input.users.create(account))?.id;
      if (id !== undefined) memberIds.push(id);
      if (!known.has(member.account)) made.push({ account: member.account, password });
    }
    // Kept at once: a password that a crash loses would be known to nobody.
    keepPasswords(input.dataDirectory, made);
    const settings = {
      name: demo.name,
      townshipCodes: demo.townshipCodes,
      memberIds,
      webhookUrl: null,
      minSeverity: 'medium',
    } as const;
    const team = (await input.teams.list()).find(({ name }) => name === demo.name);
    if (team) await input.teams.update(team.id, settings);
    else await input.teams.create(settings);
  }
  return { file: keepPasswords(input.dataDirectory, made), made };
}

function liaisonOf({ unitCode, ...who }: (typeof DEMO_LIAISONS)[number]) {
  return { ...who, role: 'unit-liaison', unitCodes: [unitCode] } as const;
}
