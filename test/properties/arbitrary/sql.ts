import fc from 'fast-check';
import type { Draft } from '../arbitrary-rules.js';

/**
 * Queries of two shapes, whole or by cohorts, that the oracle reads by their parameters: at least so many events of a scope; the same, but only of orders that no other
 * input names.
 */
export function sqlOf({ eventWhere, parameters }: { eventWhere: fc.Arbitrary<unknown>; parameters: Draft }): fc.Arbitrary<Draft> {
  return fc
    .record({
      scope: fc.constantFrom(['orderId'], ['unitId'], ['orderId', 'unitId']),
      least: fc.constantFrom(1, 2, 3),
      where: eventWhere,
      byCohort: fc.constantFrom(undefined, ['orderId'], ['unitId'], ['unitId', 'orderId']),
      unlessWhere: fc.constantFrom<Draft | undefined>(
        undefined,
        { category: 'consult' },
        { category: { in: ['complaint', 'help'] } },
      ),
    })
    .map(({ scope, least, where, byCohort, unlessWhere }) => {
      // The other input knows no unit.
      const known: readonly string[] = unlessWhere === undefined ? scope : scope.filter((part) => part !== 'unitId');
      const group = byCohort?.every((field) => known.includes(field)) ? byCohort : undefined;
      const columns = scope.join(', ');
      const unless = unlessWhere === undefined ? '' : 'WHERE orderId NOT IN (SELECT orderId FROM excused)';
      return {
        kind: 'sql',
        query: `WITH steps AS (SELECT ${columns}, id, atMs FROM event ${unless})
          SELECT ${columns}, max(atMs) AS occurredAtMs, groupArray(id) AS ids, count() AS steps FROM steps
          GROUP BY ${columns} HAVING count() >= {least}`,
        evidence: { event: 'ids' },
        numbers: { steps: '步数' },
        everyMinutes: 5,
        ...(group && { group }),
        parameters: { ...parameters, least: { label: '至少', value: least } },
        scope,
        inputs: {
          event: { type: 'hotline.order-event', where },
          ...(unlessWhere === undefined ? {} : { excused: { type: 'hotline.order', where: unlessWhere } }),
        },
      };
    });
}
