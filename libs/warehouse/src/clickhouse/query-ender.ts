import type { ClickHouseClient } from '@clickhouse/client';
import type { IdSource } from '@tianyan/kernel';
import type { QueryEnder } from './warehouse.js';

/**
 * Ends queries by their name. A server looks whether its client is still there only when it has something to send; with
 * `wait_end_of_query` that is at the very end, and until then a sweep that was given up would take its threads and memory.
 */
export function endQueriesWith(client: ClickHouseClient, ids: IdSource): QueryEnder {
  return {
    newQueryId: () => ids.next(),
    async end(queryId) {
      // ASYNC: the server has been told; how long the query takes to notice is none of the caller's business.
      const query = 'KILL QUERY WHERE query_id = {id:String} ASYNC';
      await client.command({ query, query_params: { id: queryId } }).catch(() => {
        // Whoever gave up the query has an error of their own, and the server ends it by `max_execution_time` in any case.
      });
    },
  };
}
