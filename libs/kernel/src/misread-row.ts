/** Enough of a statement to find it in the code. */
const MAX_SHOWN_CHARS = 200;

/** The beginning of a statement, in one line, for errors and logs. */
export function shownStatement(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_SHOWN_CHARS);
}

/**
 * That a row is not what the schema says that its statement answers: the two do not belong together, and nothing may be done on the strength of such
 * a row. Names the column, and never the value: it may be somebody's name, and errors are logged.
 */
export function misreadRow([issue]: readonly { path: readonly PropertyKey[]; message: string }[], statement: string): Error {
  const what = issue ? `column "${issue.path.join('.')}": ${issue.message}` : 'no reason';
  return new Error(`a row is not what its schema says (${what}), answered to: ${shownStatement(statement)}`);
}
