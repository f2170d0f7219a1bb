import { ACCEPTED_ENDINGS, ACCEPTED_WORDS, MAX_FILE_BYTES, sizeText } from '@tianyan/console-app/api';
import { useEffect, useEffectEvent } from 'react';
import { useLocation } from 'react-router';
import { useAllUnsentFiles } from '../../app/unsent-files.js';
import { newId } from '../../device/new-id.js';

/** Where files are handed in. */
export interface FilesPlace {
  /** Of the server, below /api, such as /clues/ID. */
  path: string;
  /** In whose place they are handed in (代理); missing: in the own name. */
  forId?: string | undefined;
  /** Takes over what the server answered to a change. */
  changed: (answer: unknown) => Promise<unknown>;
}

/** Files of one place that are not sent yet. They are sent from any page; what the server answers is shown here while this one is open. */
export function useUnsentFiles({ path, forId, changed }: FilesPlace) {
  const { files, listen, add, cancel } = useAllUnsentFiles();
  const page = useLocation().pathname;
  const hear = useEffectEvent((answer: unknown) => void changed(answer));
  useEffect(() => listen(path, (answer) => hear(answer)), [path, listen]);
  return {
    files: files.filter((file) => file.path === path),
    add: (file: File) => add({ id: newId(), file, path, page, forId }, problemOf(file)),
    cancel,
  };
}

/** What is plain before it is sent; the server looks at the content. */
function problemOf(file: File): string | null {
  if (file.size === 0) return '文件是空的，请重新选择。';
  if (file.size > MAX_FILE_BYTES)
    return `文件有 ${sizeText(file.size)}，最大 ${sizeText(MAX_FILE_BYTES)}。请压缩或分开后再上传。`;
  const ending = /\.([A-Za-z0-9]+)$/.exec(file.name)?.[1]?.toLowerCase();
  return ending === undefined || ACCEPTED_ENDINGS.includes(ending) ? null : `不能上传这种文件。可以上传：${ACCEPTED_WORDS}。`;
}
