import {
  builtInCatalogue,
  compileMapping,
  keyedDigest,
  notYaml,
  readMapping,
  wordsFor,
  type MappingDocument,
} from '@tianyan/contracts';
import { RefusedError } from '@tianyan/kernel';
import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { sourceSchema, type SourceConfig } from './source-config.js';
import { problemsOf } from './source-problems.js';

/** A configured source with the mapping of each of its feeds. */
export interface LoadedSource {
  config: SourceConfig;
  /** By feed. */
  mappings: ReadonlyMap<string, MappingDocument>;
}

/** The sandbox county's three systems. */
export const SANDBOX_SOURCES = fileURLToPath(new URL('../../sandbox/', import.meta.url));

/** Values that a source file leaves open: `${sandboxUrl}`, and `${secret.name}` for what may not stand in a file. */
export interface SourceVariables {
  values: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
}

/**
 * Reads a source file, or all `*.yaml` of a folder, with the mappings they name.
 * Throws RefusedError that says in Chinese which file is wrong and how.
 */
export function loadSources(location: string, variables: SourceVariables): LoadedSource[] {
  if (!existsSync(location)) throw new RefusedError('invalid', `没有数据源文件或文件夹 ${location}。请检查 TIANYAN_SOURCES。`);
  const files = statSync(location).isDirectory()
    ? readdirSync(location)
        .filter((file) => ['.yaml', '.yml'].includes(extname(file)))
        .sort()
        .map((file) => join(location, file))
    : [location];
  const sources = files.map((file) => loadSource(file, variables));
  const names = sources.map((source) => source.config.source);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new RefusedError('invalid', `数据源名称重复：${twice}。请给每个数据源起不同的名称。`);
  return sources;
}

function loadSource(file: string, variables: SourceVariables): LoadedSource {
  const input = fillIn(readYaml(file), variables, file);
  const parsed = sourceSchema.safeParse(input, { error: wordsFor });
  if (!parsed.success) {
    const mistakes = problemsOf(parsed.error).map((problem) => `  ${problem}`);
    throw new RefusedError('invalid', `数据源文件 ${file} 有误，请改正：\n${mistakes.join('\n')}`);
  }
  const config = withFolder(parsed.data, dirname(file));
  const mappings = new Map(config.feeds.map((feed) => [feed.feed, loadMapping(resolve(dirname(file), feed.mapping))]));
  return { config, mappings };
}

/** Like mappings, folders are meant from where the source file lies, wherever the process was started. */
function withFolder(config: SourceConfig, base: string): SourceConfig {
  return config.kind === 'file-drop' ? { ...config, folder: resolve(base, config.folder) } : config;
}

function readYaml(file: string): unknown {
  const text = readText(file, '数据源文件');
  try {
    return parseYaml(text);
  } catch (error) {
    throw new RefusedError('invalid', `数据源文件 ${file} ${notYaml(error)}`);
  }
}

/** Read in another encoding, names of columns would match none, and nobody would see why. */
function readText(file: string, what: string): string {
  const bytes = readFileSync(file);
  if (!isUtf8(bytes)) throw new RefusedError('invalid', `${what} ${file} 不是 UTF-8 编码，请在编辑器里另存为 UTF-8`);
  return bytes.toString('utf8');
}

/** Reads a mapping document from a file. Throws RefusedError that lists every mistake. */
const CHECK_ONLY = { source: '', digest: keyedDigest('only to see whether a mapping can work'), clock: { nowMs: () => 0 } };

export function loadMapping(file: string): MappingDocument {
  if (!existsSync(file)) throw new RefusedError('not-found', `没有这个映射文件：${file}`);
  const text = readText(file, '映射文件');
  try {
    const document = readMapping(text);
    // A mapping that fits no record type must not wait for the first file to say so.
    compileMapping(document, builtInCatalogue, CHECK_ONLY);
    return document;
  } catch (error) {
    throw new RefusedError('invalid', `映射文件 ${file} 无法使用：${error instanceof Error ? error.message : String(error)}`);
  }
}

function fillIn(value: unknown, variables: SourceVariables, file: string): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/\$\{([\w.-]+)\}/g, (_all, name: string) => lookUp(name, variables, file));
  if (Array.isArray(value)) return value.map((item) => fillIn(item, variables, file));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, variables, file)]));
  return value;
}

function lookUp(name: string, variables: SourceVariables, file: string): string {
  const found = name.startsWith('secret.') ? variables.secrets[name.slice('secret.'.length)] : variables.values[name];
  if (found === undefined)
    throw new RefusedError('invalid', `数据源文件 ${file} 用到 \${${name}}，但没有提供这个值。请在配置中补上。`);
  return found;
}
