/** GB 11643: weights of the first 17 digits, and the check character by the remainder. */
const CARD_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CARD_CHECKS = '10X98765432';
/** First two digits of a number: provinces, Hong Kong, Macau, Taiwan, foreigners with permanent residence. */
const PROVINCES = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]|91)/;

/** Whether 18 characters have the check character of an identity card. */
export function hasCardCheck(number: string): boolean {
  const sum = CARD_WEIGHTS.reduce((total, weight, index) => total + weight * Number(number[index]), 0);
  return number[17]?.toUpperCase() === CARD_CHECKS[sum % 11];
}

/** Whether the number begins with a province and holds a possible birthday. @param digits 15 or 18 of them */
export function hasCardShape(digits: string): boolean {
  const [year, monthAndDay] =
    digits.length === 15 ? [`19${digits.slice(6, 8)}`, digits.slice(8, 12)] : [digits.slice(6, 10), digits.slice(10, 14)];
  const month = Number(monthAndDay.slice(0, 2));
  const day = Number(monthAndDay.slice(2));
  if (!PROVINCES.test(digits) || year < '1900' || year > '2100' || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(Number(year), month, 0)).getUTCDate();
}
