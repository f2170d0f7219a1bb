import { signatoriesOf, type Action, type Signatories, type Signing } from '@tianyan/access';

/** Why not, in Chinese; null: nothing stands against it. */
export type Refusal = string | null;

/** What one kind of step asks, and where it leads. */
export interface StepRule<Step, Facts, State> {
  /** What the role of whoever asks has to allow; one of them is enough. */
  actions: readonly [Action, ...Action[]];
  from: readonly State[];
  /** Who may not, beside what the role says. Asked of everybody who signs: what either may not do, both may not. */
  taker?: (facts: Facts, userId: string) => Refusal;
  /** Whose it is: asked of the one in whose name it is done. */
  owner?: (facts: Facts, userId: string) => Refusal;
  /** Whether a deputy may take it: what decides, and what was given to a certain person to be carried out. What is written is handed over. */
  delegable?: true;
  after: (facts: Facts, step: Step, userId: string, signed: Signatories) => Facts;
}

/** Every step that a person may take; nothing else moves a letter or an item of the ledger. */
export type StepTable<Step extends { step: string }, Facts, State> = {
  readonly [K in Step['step']]: StepRule<Extract<Step, { step: K }>, Facts, State>;
};

interface MachineParts<State extends string, Facts, First, Asked extends { step: string }> {
  /** What refusals call it, such as 这份督办函. */
  noun: string;
  stateLabels: Readonly<Record<State, string>>;
  stepLabels: Readonly<Record<Asked['step'], string>>;
  stateOf: (facts: Facts) => State;
  /** Who wrote it, or reported what it says: none of them directs or decides on it as somebody's deputy. Missing: nobody does. */
  handIds?: (facts: Facts) => readonly string[];
  begin: (first: First, userId: string) => Facts;
  table: StepTable<Asked, Facts, State>;
}

/**
 * A table of steps, asked: may it be taken, and what does it make of what there is. Where something stands is the fold of its history; what is stored
 * beside it is a copy. Pure.
 */
export class StepMachine<State extends string, Facts, First extends { step: string }, Asked extends { step: string }> {
  constructor(private readonly parts: MachineParts<State, Facts, First, Asked>) {}

  /** Why the person may not take such a step, whatever would be given with it; null: may. */
  refusalOf(facts: Facts, kind: Asked['step'], { userId, forId }: Signing): Refusal {
    const { noun, stateLabels, stepLabels, stateOf, table } = this.parts;
    const { from, taker, owner, delegable } = table[kind];
    const state = stateOf(facts);
    if (!from.includes(state)) {
      const where = from.map((one) => `“${stateLabels[one]}”`).join('、');
      return `${noun}现在是“${stateLabels[state]}”，不能“${stepLabels[kind]}”；只有${where}的可以。`;
    }
    const own = owner?.(facts, forId ?? userId) ?? taker?.(facts, userId) ?? null;
    if (own !== null || forId === undefined) return own;
    if (forId === userId) return '不能代理自己。';
    if (delegable !== true) return `“${stepLabels[kind]}”须由本人办理，不能代办。`;
    if (this.isInHandsOf(facts, userId)) return `${noun}由您拟稿、登记或报送，您不能代办，须由本人或另一人办理。`;
    return (taker?.(facts, forId) ?? null) === null
      ? null
      : '您代理的人自己也不能办这一步（由其拟稿、提交、登记、采纳或报送过），您不能代办。';
  }

  /** Whether the person wrote it, or reported what it says. */
  isInHandsOf(facts: Facts, userId: string): boolean {
    return this.parts.handIds?.(facts).includes(userId) ?? false;
  }

  begin(first: First, userId: string): Facts {
    return this.parts.begin(first, userId);
  }

  /** What a step makes of it. Throws Error for one that {@link refusalOf} refuses: it has to be asked before. */
  after(facts: Facts, step: Asked, signing: Signing): Facts {
    const refusal = this.refusalOf(facts, step.step, signing);
    if (refusal !== null) throw new Error(`${step.step} cannot be taken: ${refusal}`);
    return this.afterTaken(facts, step, signing);
  }

  /** The same of a step that was taken. What was allowed then happened, whatever is allowed today: a history opens, and only doing it anew is refused. */
  afterTaken(facts: Facts, step: Asked, signing: Signing): Facts {
    // The table holds under each kind the rule of that kind; TypeScript does not follow the key through a union.
    const rule = this.parts.table[step.step as Asked['step']] as unknown as StepRule<Asked, Facts, State>;
    return rule.after(facts, step, signing.userId, signatoriesOf(signing));
  }

  actionsOf(kind: Asked['step']): readonly [Action, ...Action[]] {
    return this.parts.table[kind].actions;
  }

  /** In the order in which people meet them. */
  kinds(): readonly Asked['step'][] {
    return Object.keys(this.parts.table);
  }
}
