import type { SandboxWorld } from '../sandbox.js';
import { replyText } from '../texts/step-texts.js';
import { Dice, STREAM } from '../world/dice.js';
import { dayText } from '../world/work-time.js';
import type { Hit } from './naive-ledger.js';

interface Reply {
  village: number;
  pairs: ReadonlySet<string>;
  appliedMs: number;
}

const LEAST_CHARACTERS = 30;
const LEAST_VILLAGES = 3;
const ALIKE_PERCENT = 95;

/** Reads the replies of all orders, those of no story too, for one text that answers three villages. */
export function naiveReplies(world: SandboxWorld, firstDay: number, lastDay: number, hit: Hit): void {
  for (const [scope, replies] of repliesByUnitAndMonth(world, firstDay, lastDay)) {
    const copiedMs = replies.flatMap((reply) => {
      const like = replies.filter((other) => areAlike(reply.pairs, other.pairs));
      const firsts = Map.groupBy(like, ({ village }) => village).values();
      const byVillage = [...firsts].map((same) => Math.min(...same.map(({ appliedMs }) => appliedMs))).toSorted((x, y) => x - y);
      return byVillage[LEAST_VILLAGES - 1] ?? [];
    });
    if (copiedMs.length > 0) hit('reply-copied', scope, Math.min(...copiedMs));
  }
}

function repliesByUnitAndMonth(world: SandboxWorld, firstDay: number, lastDay: number): Map<string, Reply[]> {
  const found = new Map<string, Reply[]>();
  for (let day = firstDay; day <= lastDay; day++) {
    let n = 0;
    for (const life of world.hotline.livesOf(day)) {
      n++;
      const applied = life.events.findLast((e) => e.action === 'completion-applied');
      const unit = life.events.findLast((e) => e.role === 'lead')?.unit;
      if (!applied || !unit || life.village < 0 || life.category === 'consult' || life.orderDeletedAfterMs !== null) continue;
      const text = replyText(new Dice(world.seed, STREAM.flowText, day, n, applied.seq), life, applied, world.county);
      const plain = text.replace(/[\p{P}\p{S}\s]/gu, '');
      if (plain.length < LEAST_CHARACTERS) continue;
      const pairs = new Set(Array.from({ length: plain.length - 1 }, (_, i) => plain.slice(i, i + 2)));
      const scope = `${unit.id}|${dayText(day).slice(0, 7)}`;
      const reply = { village: life.village, pairs, appliedMs: applied.atMs };
      found.set(scope, [...(found.get(scope) ?? []), reply]);
    }
  }
  return found;
}

function areAlike(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const common = [...a].filter((pair) => b.has(pair)).length;
  return 200 * common >= ALIKE_PERCENT * (a.size + b.size);
}
