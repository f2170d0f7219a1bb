import { fingerprintOfPem, verifyBundle } from '@tianyan/dossier';
import { RefusedError, toChinaMinute } from '@tianyan/kernel';
import { existsSync, readFileSync, statSync } from 'node:fs';

/** A public key is some hundred bytes; what is larger is another file. */
const MAX_KEY_BYTES = 10_000;

/**
 * Whether a dossier is as the platform sealed it; needs neither the platform nor its data. Says the first thing that was altered and returns
 * the exit code: 1 then. Throws RefusedError for a file that is not there.
 */
export async function runVerifyDossier(input: {
  file: string;
  keyFile: string | null;
  say: (line: string) => void;
}): Promise<number> {
  const { file, keyFile, say } = input;
  if (!existsSync(file) || !statSync(file).isFile()) throw new RefusedError('not-found', `没有文件 ${file}，请检查路径。`);
  const expected = keyFile === null ? null : fingerprintOfPem(readKey(keyFile));
  const verdict = await verifyBundle(file, expected);
  if (!verdict.intact) {
    say(`卷宗不是封存时的样子：${verdict.fault}`);
    return 1;
  }
  const { about, entries, fingerprint, attachments, withoutPdf } = verdict;
  say(`卷宗与封存时一致：${about.clueNumber}，共 ${entries} 个文件。`);
  say(`由 ${about.madeByName}（${about.madeBy}）于 ${toChinaMinute(about.madeAtMs)} 导出，理由：${about.reason}`);
  if (attachments.contained + attachments.named > 0)
    say(`附件：包含 ${attachments.contained} 个，另有 ${attachments.named} 个只列名称和校验值，原因写在 manifest.json 里。`);
  if (withoutPdf !== null) say(`没有 PDF，只有 Word：${withoutPdf}`);
  say(`公钥指纹：${fingerprint}`);
  say(
    expected === null
      ? '没有给公钥（--key），只能说明封存之后没有改动；是不是本平台封存的，请核对公钥指纹与控制台上的是否相同。'
      : '是用所给的公钥封存的。',
  );
  return 0;
}

function readKey(file: string): string {
  if (!existsSync(file) || !statSync(file).isFile()) throw new RefusedError('not-found', `没有公钥文件 ${file}，请检查路径。`);
  if (statSync(file).size > MAX_KEY_BYTES) throw new RefusedError('invalid', `${file} 不是公钥文件。`);
  return readFileSync(file, 'utf8');
}
