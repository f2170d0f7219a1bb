/** No rule can have it in its id: the id of an author is of small letters, digits and hyphens. The schema of `finding` knows it too. */
const SHADOW_MARK = '@shadow';

/** The name under which a rule in shadow is judged: its answers stand beside those of the rule that speaks. */
export function shadowIdOf(ruleId: string): string {
  return `${ruleId}${SHADOW_MARK}`;
}

/** Whether it is the name of a rule in shadow. */
export function isShadowId(judgedId: string): boolean {
  return judgedId.endsWith(SHADOW_MARK);
}

/** The id that the author has given. */
export function authoredId(judgedId: string): string {
  return isShadowId(judgedId) ? judgedId.slice(0, -SHADOW_MARK.length) : judgedId;
}

/** The name under which the text of a member of a set is judged, as SQL; `member` is of jsonb. */
export function judgedIdSql(ruleId: string, member: string): string {
  return `${ruleId} || CASE WHEN (${member} ->> 'shadow')::boolean THEN '${SHADOW_MARK}' ELSE '' END`;
}

/**
 * The condition that every question of people about findings bears, beside their reach: what a rule in shadow finds is shown on the
 * page of that rule and nowhere else.
 */
export function isShown(finding: string): string {
  return `NOT ${finding}.shadow`;
}
