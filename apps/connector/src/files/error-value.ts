/** An error that a formula left in a cell, such as `#N/A`. It is no text: the cell counts as empty, and the evidence shows it. */
export class ErrorValue {
  constructor(readonly code: string) {}

  /** How the evidence of the row shows it. */
  toJSON(): string {
    return this.code;
  }
}
