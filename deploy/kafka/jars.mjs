import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartRefused } from './options.mjs';

const POM = fileURLToPath(new URL('pom.xml', import.meta.url));
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/kafka/', import.meta.url));
/** Kafka 4 brokers need this Java or a newer one. */
const MIN_JAVA = 17;
/** A slow mirror still delivers 45 MB in this time. */
const MAVEN_TIMEOUT_MS = 10 * 60_000;

/** Folder with all jars of the broker: from `--libs`, from the cache, or fetched by Maven into the cache. */
export function brokerJars(libs) {
  if (libs !== undefined) {
    if (!existsSync(libs) || !readdirSync(libs).some((name) => /^kafka_2\.13-.*\.jar$/.test(name)))
      throw new StartRefused(`${libs} 里没有 kafka_2.13-*.jar，请把 Kafka 发行包的 libs 目录交给 --libs`);
    return libs;
  }
  const folder = cacheFolder();
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const partial = mkdtempSync(join(CACHE, 'partial-'));
  process.stderr.write('正在用 Maven 下载 Kafka（约 45 MB，仅第一次）…\n');
  const maven = spawnSync(
    'mvn',
    ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${partial}`],
    { encoding: 'utf8', timeout: MAVEN_TIMEOUT_MS },
  );
  if (maven.status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    throw new StartRefused(`Maven 没能下载 Kafka，请检查网络或 ~/.m2/settings.xml 里的镜像：\n${maven.stdout}${maven.stderr}`);
  }
  // Renamed when whole: a start that was interrupted, or ran beside this one, leaves nothing half.
  if (existsSync(folder)) rmSync(partial, { recursive: true, force: true });
  else renameSync(partial, folder);
  return folder;
}

/** @returns what this machine lacks for a broker, one line of Chinese each; empty when it can start. */
export function missingForKafka(libs) {
  const missing = [];
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0);
  if (java.error) missing.push(`缺少 Java ${MIN_JAVA} 或更新版本。Debian/Ubuntu：apt-get install openjdk-17-jre-headless`);
  else if (version < MIN_JAVA) missing.push(`Java 版本是 ${version}，需要 ${MIN_JAVA} 或更新版本`);
  if (libs === undefined && !existsSync(cacheFolder()) && spawnSync('mvn', ['-v']).error)
    missing.push(
      '缺少 Maven（用来下载 Kafka）。Debian/Ubuntu：apt-get install maven；离线时用 --libs 指定 Kafka 发行包的 libs 目录',
    );
  return missing;
}

/** The name changes with the pom: another version never mixes with old jars. */
function cacheFolder() {
  return join(CACHE, createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12));
}
