import { createHash } from 'node:crypto';
import type { Plugin, Rolldown } from 'vite';

/** Its name is asked for again and again by every browser that has it: it never changes. */
const WORKER = 'sw.js';
const START_PAGE = 'index.html';
const PLACEHOLDER = 'self.shellFiles';

/**
 * What is loaded on demand, and has to open without a network: signing in, and the pages of people in the field. Desks have a network; charts and the rule
 * editor would treble what a telephone fetches.
 */
const FIELD_PARTS: readonly RegExp[] = [
  /\/app\/(away|console)\.tsx$/,
  /\/device\/[^/]+\.tsx?$/,
  /\/pages\/sign-in\/sign-in-page\.tsx$/,
  /\/pages\/(inbox|bench|clues|clue)\/[a-z]+-page\.tsx$/,
  /\/pages\/campaigns\/(campaigns|campaign-task)-page\.tsx$/,
  /\/pages\/supervision\/(assignments|assigned-letter|assigned-circular|rectification|rectifications)-page\.tsx$/,
];

/** Tells the worker which files are the shell, by their names in this build. */
export function shellFiles(): Plugin {
  return {
    name: 'tianyan-shell-files',
    apply: 'build',
    // After the start page has been written.
    enforce: 'post',
    generateBundle(_, bundle) {
      const worker = bundle[WORKER];
      const startPage = bundle[START_PAGE];
      if (worker?.type !== 'chunk' || startPage?.type !== 'asset') throw new Error('the build has no worker or no start page');
      // A worker is one file: what it imports would be another version's after an update.
      if (worker.imports.length > 0) throw new Error(`${WORKER} imports ${worker.imports.join(', ')}`);
      const parts = worker.code.split(PLACEHOLDER);
      if (parts.length !== 2) throw new Error(`${WORKER} has to name ${PLACEHOLDER} once`);
      const files = [...shellOf(bundle)].toSorted().map((name) => ({ url: `/${name}`, revision: null }));
      const entries = [{ url: `/${START_PAGE}`, revision: digestOf(startPage) }, ...files];
      worker.code = parts.join(JSON.stringify(entries));
    },
  };
}

/** Names of what the start page loads and of the field's parts, with all that they import. */
function shellOf(bundle: Rolldown.OutputBundle): ReadonlySet<string> {
  const names = new Set<string>();
  const take = (chunk: Rolldown.OutputChunk) => {
    if (names.has(chunk.fileName)) return;
    names.add(chunk.fileName);
    for (const css of chunk.viteMetadata?.importedCss ?? []) names.add(css);
    for (const name of chunk.imports) {
      const imported = bundle[name];
      if (imported?.type === 'chunk') take(imported);
    }
  };
  for (const part of Object.values(bundle)) {
    if (part.type === 'asset') {
      if (/\.(webmanifest|svg)$/.test(part.fileName) || isOfStartPage(bundle, part.fileName)) names.add(part.fileName);
    } else if (part.fileName !== WORKER && (part.isEntry || FIELD_PARTS.some((form) => form.test(part.facadeModuleId ?? ''))))
      take(part);
  }
  return names;
}

function isOfStartPage(bundle: Rolldown.OutputBundle, name: string): boolean {
  const page = bundle[START_PAGE];
  return name !== START_PAGE && page?.type === 'asset' && textOf(page).includes(`"/${name}"`);
}

const textOf = ({ source }: Rolldown.OutputAsset) => (typeof source === 'string' ? source : new TextDecoder().decode(source));
const digestOf = (asset: Rolldown.OutputAsset) => createHash('sha256').update(textOf(asset)).digest('hex').slice(0, 16);
