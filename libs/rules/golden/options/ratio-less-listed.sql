WITH
  if(hit, toInt64(momentAt[first]), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(parts[last]) AS part_figure,
  toString(wholes[last]) AS whole_figure,
  toString(if(wholes[last] > 0, toInt64(intDiv(toInt128(parts[last]) * 100, toInt128(greatest(wholes[last], 1)))), 0)) AS percent_figure,
  toString(wholeAt[1]) AS firstAtMs_figure,
  toString(wholeAt[-1]) AS lastAtMs_figure
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      part_figure,
      whole_figure,
      percent_figure,
      firstAtMs_figure,
      lastAtMs_figure
    ], 'Array(Nullable(String))'), []),
    []
  ) AS r0
FROM (
  SELECT *,
    arraySlice(arraySort(arrayDistinct(proof.1)), 1, 200) AS shown
  FROM (
    SELECT *,
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(1)), arrayFilter((x1, x2) -> ((x1 <= lastPlace) AND ((lastAt - x2) < ({p0:Int64} * 86400000))), unlisted0_dissatisfied_1, arrayMap((x1) -> at[x1], unlisted0_dissatisfied_1)))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        (first > 0) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 5) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)')), arrayFilter((x1, x2, x3) -> (x2 AND arrayExists((x4, x5) -> (x4 AND ifNull(x3 = x5, 0)), arrayMap((w0) -> bitAnd(w0, 4) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 10))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 2) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 10), n + 1)))), 0) AS due
      FROM (
        SELECT *,
          arrayFilter((x1, x2) -> ((x2 <= lastPlace) AND ((lastAt - x1) < ({p0:Int64} * 86400000))), arrayMap((x1) -> at[x1], unlisted2_revisited_1), unlisted2_revisited_1) AS wholeAt
        FROM (
          SELECT *,
            moments[last] AS lastPlace,
            momentAt[last] AS lastAt
          FROM (
            SELECT *,
              arrayFirstIndex((x1) -> x1, holdsAt) AS first,
              arrayMax(arrayMap((x1, x2) -> if(x1, toInt64(x2), toInt64(0)), holdsAt, arrayEnumerate(momentAt))) AS last
            FROM (
              SELECT *,
                arrayMap((x1, x2) -> (((x2 >= {p3:Int64}) AND (x2 > 0)) AND (NOT ifNull(toInt128(x1) * 100 < toInt128(x2) * {p4:Int64}, 0))), parts, wholes) AS holdsAt
              FROM (
                SELECT *,
                  arrayMap((x1, x2) -> arrayCount((x3, x4) -> ((x3 <= x1) AND ((x2 - x4) < ({p0:Int64} * 86400000))), unlisted0_dissatisfied_1, arrayMap((x3) -> at[x3], unlisted0_dissatisfied_1)), moments, momentAt) AS parts,
                  arrayMap((x1, x2) -> arrayCount((x3, x4) -> ((x3 <= x1) AND ((x2 - x4) < ({p0:Int64} * 86400000))), unlisted2_revisited_1, arrayMap((x3) -> at[x3], unlisted2_revisited_1)), moments, momentAt) AS wholes
                FROM (
                  SELECT *,
                    arrayFilter((x1, x2) -> x2, ix, arrayMap((x1, x2) -> ((x2 OR has(unlisted0_dissatisfied_1, x1)) OR has(unlisted2_revisited_1, x1)), ix, arrayMap(x -> 0, at))) AS moments,
                    arrayFilter((x1, x2) -> x2, at, arrayMap((x1, x2) -> ((x2 OR has(unlisted0_dissatisfied_1, x1)) OR has(unlisted2_revisited_1, x1)), ix, arrayMap(x -> 0, at))) AS momentAt
                  FROM (
                    SELECT *,
                      arrayFilter((x1, x2, x3) -> (NOT (arrayExists((x4, x5) -> ifNull(x5 = x3, 0), linked1_revisited, arrayMap((x4) -> c_t0[x4], linked1_revisited)) AND ifNull(intDiv(x2 + 28800000, 86400000) <= 20454, 0))), unlisted0_dissatisfied_0, arrayMap((x1) -> at[x1], unlisted0_dissatisfied_0), arrayMap((x1) -> c_t0[x1], unlisted0_dissatisfied_0)) AS unlisted0_dissatisfied_1,
                      arrayFilter((x1, x2, x3) -> (NOT (arrayExists((x4, x5) -> ifNull(x5 = x3, 0), linked1_revisited, arrayMap((x4) -> c_t0[x4], linked1_revisited)) AND ifNull(intDiv(x2 + 28800000, 86400000) <= 20454, 0))), unlisted2_revisited_0, arrayMap((x1) -> at[x1], unlisted2_revisited_0), arrayMap((x1) -> c_t0[x1], unlisted2_revisited_0)) AS unlisted2_revisited_1
                    FROM (
                      SELECT *,
                        arrayFilter((x1, x2, x3) -> (NOT arrayExists((x4, x5, x6) -> (ifNull(x5 = x3, 0) AND ((x6 IS NULL) OR ifNull(x6 <= intDiv(x2 + 28800000, 86400000), 0))), linked1_revisited, arrayMap((x4) -> c_t0[x4], linked1_revisited), arrayMap((x4) -> c_n0[x4], linked1_revisited))), b0_ix, b0_at, b0_t0) AS unlisted0_dissatisfied_0,
                        arrayFilter((x1, x2, x3) -> (NOT arrayExists((x4, x5, x6) -> (ifNull(x5 = x3, 0) AND ((x6 IS NULL) OR ifNull(x6 <= intDiv(x2 + 28800000, 86400000), 0))), linked1_revisited, arrayMap((x4) -> c_t0[x4], linked1_revisited), arrayMap((x4) -> c_n0[x4], linked1_revisited))), b2_ix, b2_at, b2_t0) AS unlisted2_revisited_0
                      FROM (
                        SELECT *,
                          arrayFilter((x1, x2) -> x2, b1_ix, arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), b2_t0), b1_t0)) AS linked1_revisited
                        FROM (
                          SELECT *,
                            arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS b1_t0,
                            arrayFilter((x, m) -> bitTest(m, 2), c_t0, c_m0) AS b2_t0,
                            arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS b1_ix,
                            arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS b0_ix,
                            arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS b0_at,
                            arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS b0_t0,
                            arrayFilter((x, m) -> bitTest(m, 2), ix, c_m0) AS b2_ix,
                            arrayFilter((x, m) -> bitTest(m, 2), at, c_m0) AS b2_at
                          FROM (
                            SELECT *,
                              arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                              arraySlice(tupleElement(timeline, 10), 1, n) AS c_t0,
                              arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                              arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                              arraySlice(timeline.1, 1, n) AS at,
                              arrayEnumerate(at) AS ix
                            FROM (
                              SELECT
                                scope,
                                arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, t0))) AS timeline
                              FROM (
                                SELECT
                                  assumeNotNull(CAST(unitId, 'Nullable(String)')) AS scope,
                                  toInt64(atMs) AS atMs,
                                  toInt64(ifNull(stepNo, 0)) AS ord,
                                  id AS id,
                                  toUInt8(1) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(if(ifNull(action = {p1:String}, 0) AND ifNull(solved = {p2:Bool}, 0), 1, 0) + if(ifNull(action = {p1:String}, 0), 4, 0)) AS m0,
                                  CAST(NULL, 'Nullable(Int64)') AS n0,
                                  CAST(orderId, 'Nullable(String)') AS t0
                                FROM cur_hotline_order_event_by_unitId_action FINAL
                                WHERE unitId IS NOT NULL
                                  AND ((ifNull(action = {p1:String}, 0) AND ifNull(solved = {p2:Bool}, 0)) OR (ifNull(action = {p1:String}, 0)))
                                UNION ALL
                                SELECT
                                  subjects.scope AS scope,
                                  linked.atMs AS atMs,
                                  linked.ord AS ord,
                                  linked.id AS id,
                                  linked.type AS type,
                                  linked.version AS version,
                                  linked.streamOffset AS streamOffset,
                                  linked.hash AS hash,
                                  linked.m0 AS m0,
                                  linked.n0 AS n0,
                                  linked.t0 AS t0
                                FROM (
                                  SELECT
                                    toInt64(atMs) AS atMs,
                                    toInt64(0) AS ord,
                                    id AS id,
                                    toUInt8(0) AS type,
                                    toUInt64(version) AS version,
                                    toUInt64(streamOffset) AS streamOffset,
                                    toString(hash) AS hash,
                                    toUInt64(2) AS m0,
                                    CAST(toInt32(validFrom), 'Nullable(Int64)') AS n0,
                                    CAST(entry, 'Nullable(String)') AS t0,
                                    assumeNotNull(CAST(entry, 'Nullable(String)')) AS k0
                                  FROM cur_directory_list_entry_by_entry FINAL
                                  WHERE entry IS NOT NULL
                                ) AS linked
                                INNER JOIN (
                                  SELECT DISTINCT
                                    assumeNotNull(CAST(unitId, 'Nullable(String)')) AS scope,
                                    assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                                  FROM cur_hotline_order_event_by_unitId_action FINAL
                                  WHERE unitId IS NOT NULL
                                    AND orderId IS NOT NULL
                                ) AS subjects ON linked.k0 = subjects.k0
                              )
                              GROUP BY scope
                            )
                          )
                        )
                      )
                    )
                  )
                )
              )
            )
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
