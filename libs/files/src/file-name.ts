import { RefusedError } from '@tianyan/kernel';
import { FILE_TYPE_RULES, MAX_FILE_NAME_CHARS, type FileType } from './api/index.js';

/** What separates folders, what no file system takes, what is not to be seen, and what turns the direction of writing (`gpj.exe`). */
const UNFIT = /[/\\:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const ENDING = /\.([A-Za-z0-9]{1,8})$/;

/**
 * The name as it is kept: of any path the last part, cleaned and bounded, with an ending that fits the content. Throws
 * RefusedError('invalid') where its ending says something else than its content.
 */
export function keptName(given: string, type: FileType): string {
  const last = given.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = last.replaceAll(UNFIT, '').replaceAll(/\s+/g, ' ').trim().replaceAll(/^\.+/g, '');
  const ending = ENDING.exec(clean)?.[1];
  const { endings, label } = FILE_TYPE_RULES[type];
  if (ending !== undefined && !endings.includes(ending.toLowerCase()))
    throw new RefusedError(
      'invalid',
      `文件名写的是 .${ending}，内容却是${label}。请确认选对了文件；确实是这个文件的，改名为 .${endings[0]} 后再上传。`,
    );
  const stem = ending === undefined ? clean : clean.slice(0, -ending.length - 1);
  const tail = `.${ending ?? endings[0]}`;
  // By characters, so that none is cut in half.
  const bounded = Array.from(stem)
    .slice(0, MAX_FILE_NAME_CHARS - tail.length)
    .join('')
    .trim();
  return `${bounded === '' ? '未命名' : bounded}${tail}`;
}
