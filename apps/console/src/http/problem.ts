import type { Problem } from '../api/index.js';

/** A refusal that only the HTTP layer knows: e.g. a first password that must be changed first. */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.message);
    this.name = 'HttpProblem';
  }
}
