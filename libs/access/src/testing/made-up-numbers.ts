/** Numbers with right check digits that belong to nobody: made here from shapes, never copied. */

/** An identity card: division, birthday `YYYYMMDD`, serial of three digits; the check character is computed. */
export function cardNumber(division: string, birthday: string, serial: string): string {
  const first = division + birthday + serial;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(first[index]), 0);
  return first + '10X98765432'.charAt(sum % 11);
}

/** A bank card that begins so; the last digit is computed (ISO/IEC 7812). */
export function bankCard(first: string): string {
  for (let last = 0; last < 10; last++) {
    const digits = first + last;
    const sum = Array.from(digits)
      .toReversed()
      .reduce((total, digit, index) => {
        const counted = index % 2 === 0 ? Number(digit) : Number(digit) * 2;
        return total + (counted > 9 ? counted - 9 : counted);
      }, 0);
    if (sum % 10 === 0) return digits;
  }
  throw new Error('one of ten last digits fits always');
}
