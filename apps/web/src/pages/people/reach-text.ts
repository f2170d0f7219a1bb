/** Townships by name; null: all of them. */
export function reachText(codes: readonly string[] | null, names: ReadonlyMap<string, string>): string {
  return codes === null ? '全县' : codes.map((code) => names.get(code) ?? code).join('、');
}
