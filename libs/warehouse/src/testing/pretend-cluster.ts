/**
 * Lets one engine pass for a cluster of replicas: what only a cluster with a keeper can do is taken out of the statement.
 * Shows that statements reach every listener in the right order; what replicas do among themselves it cannot show.
 * @returns null if nothing remains to be done.
 */
export function pretendCluster(sql: string): string | null {
  if (/^\s*SYSTEM\s+SYNC\s+REPLICA\b/i.test(sql)) return null;
  if (/^\s*INSERT\b/i.test(sql)) return sql;
  return sql
    .replaceAll(/ ON CLUSTER (?:`[^`]+`|\w+)/g, '')
    .replaceAll(/\bReplicated(\w*MergeTree)\('[^']*', '[^']*'(?:, )?/g, '$1(')
    .replaceAll(/\breplicated_deduplication_window\b/g, 'non_replicated_deduplication_window');
}
