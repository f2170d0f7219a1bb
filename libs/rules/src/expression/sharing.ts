import type { Expr, Operator } from './expr.js';

/**
 * Makes one of expressions that are the same, whichever rule they stand in: rules over one scope often ask the same of it up to
 * their parameters, and what is shared is computed once per scope.
 */
export class Sharing {
  private readonly canonical = new WeakMap<Expr<unknown>, Expr<unknown>>();
  private readonly byKey = new Map<string, Expr<unknown>>();
  private readonly ids = new Map<Expr<unknown>, number>();
  private readonly operatorIds = new Map<Operator, number>();
  private readonly free = new WeakMap<Expr<unknown>, ReadonlySet<Expr<unknown>>>();

  /** The one expression for this and all that are the same. */
  share<T>(expr: Expr<T>): Expr<T> {
    // The same value, so the same type.
    return this.shared(expr) as Expr<T>;
  }

  /** Its value does not depend on elements of lists that stand outside of it: one for a scope and an instant. */
  isClosed(expr: Expr<unknown>): boolean {
    return this.freeOf(expr).size === 0;
  }

  private shared(expr: Expr<unknown>): Expr<unknown> {
    const before = this.canonical.get(expr);
    if (before) return before;
    const key = this.keyOf(expr, new Map());
    let one = this.byKey.get(key);
    if (!one) {
      one = this.rebuilt(expr, new Set());
      this.byKey.set(key, one);
      this.ids.set(one, this.ids.size);
    }
    this.canonical.set(expr, one);
    return one;
  }

  /** The same text for the same expression; elements by how far out their list stands. */
  private keyOf({ operator, args, body }: Expr<unknown>, bound: ReadonlyMap<Expr<unknown>, string>): string {
    if (operator.kind === 'leaf' || operator.kind === 'constant') return `leaf ${operator.name}`;
    const parts = args.map((arg) => this.partKey(arg, bound));
    // The name of a step is for people.
    if (operator.kind === 'step') return `step(${parts.join(',')})`;
    if (!body) return `${this.operatorId(operator)}(${parts.join(',')})`;
    const inner = new Map(bound);
    body.params.forEach((param, i) => inner.set(param, `element ${bound.size + i}`));
    return `${this.operatorId(operator)}(${parts.join(',')};${this.partKey(body.of, inner)})`;
  }

  private partKey(expr: Expr<unknown>, bound: ReadonlyMap<Expr<unknown>, string>): string {
    const element = bound.get(expr);
    if (element !== undefined) return element;
    return this.isClosed(expr) ? `#${this.ids.get(this.shared(expr))}` : this.keyOf(expr, bound);
  }

  /** With what is shared put in the place of what is the same. */
  private rebuilt(expr: Expr<unknown>, bound: ReadonlySet<Expr<unknown>>): Expr<unknown> {
    const part = (of: Expr<unknown>, within: ReadonlySet<Expr<unknown>>) => {
      if (within.has(of)) return of;
      return this.isClosed(of) ? this.shared(of) : this.rebuilt(of, within);
    };
    const { operator, args, body } = expr;
    if (args.length === 0 && !body) return expr;
    const inner = new Set([...bound, ...(body?.params ?? [])]);
    return {
      operator,
      args: args.map((arg) => part(arg, bound)),
      body: body && { params: body.params, of: part(body.of, inner) },
    };
  }

  /** Elements of lists that stand outside of the expression. */
  private freeOf(expr: Expr<unknown>): ReadonlySet<Expr<unknown>> {
    let known = this.free.get(expr);
    if (!known) {
      const { operator, args, body } = expr;
      const all = new Set<Expr<unknown>>(operator.kind === 'param' ? [expr] : []);
      for (const arg of args) for (const param of this.freeOf(arg)) all.add(param);
      if (body) {
        const own = new Set(body.params);
        for (const param of this.freeOf(body.of)) if (!own.has(param)) all.add(param);
      }
      known = all;
      this.free.set(expr, known);
    }
    return known;
  }

  private operatorId(operator: Operator): string {
    let id = this.operatorIds.get(operator);
    if (id === undefined) {
      id = this.operatorIds.size;
      this.operatorIds.set(operator, id);
    }
    return `${operator.name}~${id}`;
  }
}
