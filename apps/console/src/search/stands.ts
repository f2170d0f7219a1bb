/** Whether a text stands in what is shown, whatever its case. */
export function stands(text: string, shown: readonly (string | null)[]): boolean {
  const sought = text.toLocaleLowerCase('zh-CN');
  return shown.some((part) => part?.toLocaleLowerCase('zh-CN').includes(sought));
}
