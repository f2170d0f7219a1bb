/** Numbers as people paste them: one a line, or with commas, stops and blanks between; each once. */
export function numbersIn(text: string): string[] {
  return [...new Set(text.split(/[\s,，;；、]+/).filter((part) => part !== ''))];
}
