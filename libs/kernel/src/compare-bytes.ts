/** The order of texts by their UTF-8 bytes, as ClickHouse sorts them: code units of pairs stand behind all others. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return ranked(left) - ranked(right);
  }
  return a.length - b.length;
}

function ranked(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
