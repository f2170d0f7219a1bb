import { loadSources, SANDBOX_SOURCES, type LoadedSource } from './load-sources.js';

/** Keys of the sandbox's upstreams. They guard nothing: its data are made up. */
const SANDBOX_SECRETS = { hotlineToken: 'sandbox-hotline', tradingKey: 'sandbox-trading' };

/** What of a process's configuration says which sources it reads. */
export interface SourceSettings {
  /** The simulated county, where one runs instead of real upstreams. */
  sandboxServer: { url: string; exportsFolder: string } | null;
  /** A source file, or a folder of them. */
  sourcesFile: string | null;
  /** By the name in the source file. */
  secrets: Readonly<Record<string, string>>;
}

export interface ConfiguredSources {
  sources: readonly LoadedSource[];
  /** Keys shared with upstreams that push, by the name in the source file. */
  secrets: Readonly<Record<string, string>>;
}

/**
 * The sources that a process is configured to read, the same in every process: those of TIANYAN_SOURCES, or the systems
 * of the simulated county. Throws RefusedError, in Chinese, for a mistake in a file.
 */
export function configuredSources(config: SourceSettings): ConfiguredSources {
  const { sandboxServer, sourcesFile } = config;
  if (sandboxServer !== null) {
    const { url: sandboxUrl, exportsFolder } = sandboxServer;
    // Somebody's own systems may be tried beside the simulated county, with keys of their own.
    const secrets = { ...config.secrets, ...SANDBOX_SECRETS };
    const variables = { values: { sandboxUrl, exportsFolder }, secrets };
    return { sources: loadSources(sourcesFile ?? SANDBOX_SOURCES, variables), secrets };
  }
  const { secrets } = config;
  return { sources: sourcesFile === null ? [] : loadSources(sourcesFile, { values: {}, secrets }), secrets };
}
