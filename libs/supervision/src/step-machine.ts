import type { Action } from '@tianyan/access';

/** Why not, in Chinese; null: nothing stands against it. */
export type Refusal = string | null;

/** What one kind of step asks, and where it leads. */
export interface StepRule<Step, Facts, State> {
  /** What the role of whoever asks has to allow; one of them is enough. */
  actions: readonly [Action, ...Action[]];
  from: readonly State[];
  /** Who may not, beside what the role says. */
  taker?: (facts: Facts, userId: string) => Refusal;
  after: (facts: Facts, step: Step, userId: string) => Facts;
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
  refusalOf(facts: Facts, kind: Asked['step'], userId: string): Refusal {
    const { noun, stateLabels, stepLabels, stateOf, table } = this.parts;
    const { from, taker } = table[kind];
    const state = stateOf(facts);
    if (from.includes(state)) return taker?.(facts, userId) ?? null;
    const where = from.map((one) => `“${stateLabels[one]}”`).join('、');
    return `${noun}现在是“${stateLabels[state]}”，不能“${stepLabels[kind]}”；只有${where}的可以。`;
  }

  begin(first: First, userId: string): Facts {
    return this.parts.begin(first, userId);
  }

  /** What a step makes of it. Throws Error for one that {@link refusalOf} refuses: it has to be asked before. */
  after(facts: Facts, step: Asked, userId: string): Facts {
    const refusal = this.refusalOf(facts, step.step, userId);
    if (refusal !== null) throw new Error(`${step.step} cannot be taken: ${refusal}`);
    // The table holds under each kind the rule of that kind; TypeScript does not follow the key through a union.
    const rule = this.parts.table[step.step as Asked['step']] as unknown as StepRule<Asked, Facts, State>;
    return rule.after(facts, step, userId);
  }

  actionsOf(kind: Asked['step']): readonly [Action, ...Action[]] {
    return this.parts.table[kind].actions;
  }

  /** In the order in which people meet them. */
  kinds(): readonly Asked['step'][] {
    return Object.keys(this.parts.table);
  }
}
