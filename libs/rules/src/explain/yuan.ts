/** Fen as yuan with thousands separators and two decimals, by integer arithmetic: 0.1 + 0.2 has no place in money. */
export function yuan(fen: number): string {
  const whole = String(Math.trunc(Math.abs(fen) / 100)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const rest = String(Math.abs(fen) % 100).padStart(2, '0');
  return `${fen < 0 ? '-' : ''}${whole}.${rest}`;
}
