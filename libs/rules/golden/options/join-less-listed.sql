WITH
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(standing0[first])) AS earlierCount_figure,
  toString(length(counted1[first])) AS olderCount_figure,
  toString(0) AS startMs_figure,
  toString(arrayMap((x1) -> c_n1[x1], unlisted0_paid_0)[first]) AS amountFen_figure,
  toString(arrayMap((x1) -> c_t0[x1], unlisted0_paid_0)[first]) AS villageCode_subject,
  toString(arrayMap((x1) -> c_t3[x1], unlisted0_paid_0)[first]) AS townshipCode_subject
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      subjects_figure,
      deadlineMs_figure,
      earlierCount_figure,
      olderCount_figure,
      startMs_figure,
      amountFen_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      villageCode_subject,
      townshipCode_subject
    ], 'Array(Nullable(String))')
  ) AS r0
FROM (
  SELECT *,
    arraySlice(arraySort(arrayDistinct(proof.1)), 1, 200) AS shown
  FROM (
    SELECT *,
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), tupleElement(holding, 2)), arrayMap(p -> (toUInt32(p), toUInt8(1)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), standing0), arrayEnumerate(arrayMap((x1) -> at[x1], unlisted0_paid_0))))), arrayMap(p -> (toUInt32(p), toUInt8(2)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), counted1), arrayEnumerate(arrayMap((x1) -> at[x1], unlisted0_paid_0)))))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)')), arrayFilter((x1, x2, x3) -> (x2 AND arrayExists((x4, x5) -> (x4 AND ifNull(x3 = x5, 0)), arrayMap((w0) -> bitAnd(w0, 1) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 13))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 4) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 13), n + 1))), arrayFilter((x1, x2, x3) -> (x2 AND arrayExists((x4, x5) -> (x4 AND ifNull(x3 = x5, 0)), arrayMap((w0) -> bitAnd(w0, 1) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 11))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 8) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 11), n + 1))), arrayFilter((x1, x2, x3, x4) -> (x2 AND arrayExists((x5, x6, x7, x8) -> (x5 AND (ifNull(x3 = x6, 0) OR (ifNull(x3 = x7, 0) AND ifNull(x4 = x8, 0)))), arrayMap((w0) -> bitAnd(w0, 1) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 11), tupleElement(timeline, 12), tupleElement(timeline, 13))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 2) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 11), n + 1), arraySlice(tupleElement(timeline, 12), n + 1)))), 0) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((x1) -> (NOT ((tupleElement(x1, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter((x1, x2) -> x2, arrayMap((x1, x2, x3, x4) -> (toInt64(x1), toInt64(x2), toInt64(x3), toInt64(x4)), arrayMap((x1, x2) -> greatest(x1, x2), arrayMap((x1) -> at[x1], unlisted0_paid_0), arrayMap((x1) -> if((length(x1) >= {p1:Int64}), toInt64(tupleElement(x1[greatest({p1:Int64}, 1)], 2)), toInt64(0)), counted1)), unlisted0_paid_0, arrayEnumerate(arrayMap((x1) -> at[x1], unlisted0_paid_0)), arrayMap((x1) -> 0, arrayMap((x1) -> at[x1], unlisted0_paid_0))), holds) AS met
            FROM (
              SELECT *,
                arrayMap((x1, x2) -> (x1 AND x2), arrayMap((x1, x2) -> (x1 AND (x2 > 0)), arrayMap((x1) -> (NOT notEmpty(x1)), standing0), unlisted0_paid_0), arrayMap((x1) -> (length(x1) >= {p1:Int64}), counted1)) AS holds
              FROM (
                SELECT *,
                  arrayMap((x1, x2) -> arrayFilter((x3) -> ifNull(c_n0[tupleElement(x3, 1)] <= (x2 + -31536000000), 0), x1), standing1, arrayMap((x1) -> c_n0[x1], unlisted0_paid_0)) AS counted1
                FROM (
                  SELECT *,
                    arrayMap((x1, x2, x3) -> arrayFilter((x4, x5) -> ifNull(x5 = x3, 0), arrayMap((x4, x5) -> (toInt64(x4), toInt64(x5), toInt64(0)), b3_ix, b3_at), b3_t0), unlisted0_paid_0, unlisted0_paid_0, arrayMap((x1) -> c_t0[x1], unlisted0_paid_0)) AS standing1,
                    arrayMap((x1, x2, x3) -> arrayFilter((x4, x5) -> (ifNull(x5 = x3, 0) AND (tupleElement(x4, 1) < x2)), arrayMap((x4, x5) -> (toInt64(x4), toInt64(x5), toInt64(0)), b2_ix, b2_at), b2_t2), unlisted0_paid_0, unlisted0_paid_0, arrayMap((x1) -> c_t2[x1], unlisted0_paid_0)) AS standing0
                  FROM (
                    SELECT *,
                      arrayFilter((x1, x2, x3, x4, x5) -> (NOT ((arrayExists((x6, x7, x8, x9) -> ((ifNull(x7 = x3, 0) OR (ifNull(x7 = x4, 0) AND ifNull(x8 = x5, 0))) AND ((x9 IS NULL) OR ifNull(intDiv(x2 + 28800000, 86400000) <= x9, 0))), b1_ix, b1_t0, b1_t1, b1_n0) AND ifNull(20454 <= intDiv(x2 + 28800000, 86400000), 0)) AND ifNull(intDiv(x2 + 28800000, 86400000) <= 20818, 0))), b0_ix, b0_at, b0_t0, b0_t1, b0_t2) AS unlisted0_paid_0
                    FROM (
                      SELECT *,
                        arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS b0_ix,
                        arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS b0_at,
                        arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS b0_t0,
                        arrayFilter((x, m) -> bitTest(m, 0), c_t1, c_m0) AS b0_t1,
                        arrayFilter((x, m) -> bitTest(m, 0), c_t2, c_m0) AS b0_t2,
                        arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS b1_ix,
                        arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS b1_t0,
                        arrayFilter((x, m) -> bitTest(m, 1), c_t1, c_m0) AS b1_t1,
                        arrayFilter((x, m) -> bitTest(m, 1), c_n0, c_m0) AS b1_n0,
                        arrayFilter((x, m) -> bitTest(m, 2), ix, c_m0) AS b2_ix,
                        arrayFilter((x, m) -> bitTest(m, 2), at, c_m0) AS b2_at,
                        arrayFilter((x, m) -> bitTest(m, 2), c_t2, c_m0) AS b2_t2,
                        arrayFilter((x, m) -> bitTest(m, 3), ix, c_m0) AS b3_ix,
                        arrayFilter((x, m) -> bitTest(m, 3), at, c_m0) AS b3_at,
                        arrayFilter((x, m) -> bitTest(m, 3), c_t0, c_m0) AS b3_t0
                      FROM (
                        SELECT *,
                          arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                          arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                          arraySlice(tupleElement(timeline, 11), 1, n) AS c_t0,
                          arraySlice(tupleElement(timeline, 12), 1, n) AS c_t1,
                          arraySlice(tupleElement(timeline, 13), 1, n) AS c_t2,
                          arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                          arraySlice(tupleElement(timeline, 10), 1, n) AS c_n1,
                          arraySlice(tupleElement(timeline, 14), 1, n) AS c_t3,
                          arraySlice(timeline.1, 1, n) AS at,
                          arrayEnumerate(at) AS ix
                        FROM (
                          SELECT
                            scope,
                            arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, n1, t0, t1, t2, t3))) AS timeline
                          FROM (
                            SELECT
                              scope,
                              atMs,
                              ord,
                              id,
                              type,
                              any(r.version) AS version,
                              any(r.streamOffset) AS streamOffset,
                              any(r.hash) AS hash,
                              groupBitOr(r.m0) AS m0,
                              any(r.n0) AS n0,
                              any(r.n1) AS n1,
                              any(r.t0) AS t0,
                              any(r.t1) AS t1,
                              any(r.t2) AS t2,
                              any(r.t3) AS t3
                            FROM (
                              SELECT
                                assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(0) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(if(ifNull(direction = {p0:String}, 0), 1, 0)) AS m0,
                                CAST(atMs, 'Nullable(Int64)') AS n0,
                                CAST(amountFen, 'Nullable(Int64)') AS n1,
                                CAST(villageCode, 'Nullable(String)') AS t0,
                                CAST(voucherId, 'Nullable(String)') AS t1,
                                CAST(counterparty, 'Nullable(String)') AS t2,
                                CAST(townshipCode, 'Nullable(String)') AS t3
                              FROM cur_assets_payment FINAL
                              WHERE ((ifNull(direction = {p0:String}, 0)))
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
                                linked.n1 AS n1,
                                linked.t0 AS t0,
                                linked.t1 AS t1,
                                linked.t2 AS t2,
                                linked.t3 AS t3
                              FROM (
                                SELECT
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(0) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(4) AS m0,
                                  CAST(atMs, 'Nullable(Int64)') AS n0,
                                  CAST(amountFen, 'Nullable(Int64)') AS n1,
                                  CAST(villageCode, 'Nullable(String)') AS t0,
                                  CAST(voucherId, 'Nullable(String)') AS t1,
                                  CAST(counterparty, 'Nullable(String)') AS t2,
                                  CAST(townshipCode, 'Nullable(String)') AS t3,
                                  assumeNotNull(CAST(counterparty, 'Nullable(String)')) AS k0
                                FROM cur_assets_payment FINAL
                                WHERE counterparty IS NOT NULL
                              ) AS linked
                              INNER JOIN (
                                SELECT DISTINCT
                                  assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                                  assumeNotNull(CAST(counterparty, 'Nullable(String)')) AS k0
                                FROM cur_assets_payment FINAL
                                WHERE counterparty IS NOT NULL
                              ) AS subjects ON linked.k0 = subjects.k0
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
                                linked.n1 AS n1,
                                linked.t0 AS t0,
                                linked.t1 AS t1,
                                linked.t2 AS t2,
                                linked.t3 AS t3
                              FROM (
                                SELECT
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(0) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(8) AS m0,
                                  CAST(atMs, 'Nullable(Int64)') AS n0,
                                  CAST(amountFen, 'Nullable(Int64)') AS n1,
                                  CAST(villageCode, 'Nullable(String)') AS t0,
                                  CAST(voucherId, 'Nullable(String)') AS t1,
                                  CAST(counterparty, 'Nullable(String)') AS t2,
                                  CAST(townshipCode, 'Nullable(String)') AS t3,
                                  assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                                FROM cur_assets_payment FINAL
                                WHERE villageCode IS NOT NULL
                              ) AS linked
                              INNER JOIN (
                                SELECT DISTINCT
                                  assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                                  assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                                FROM cur_assets_payment FINAL
                                WHERE villageCode IS NOT NULL
                              ) AS subjects ON linked.k0 = subjects.k0
                            ) AS r
                            GROUP BY scope, atMs, ord, id, type
                            UNION ALL
                            SELECT
                              scope,
                              atMs,
                              ord,
                              id,
                              type,
                              any(r.version) AS version,
                              any(r.streamOffset) AS streamOffset,
                              any(r.hash) AS hash,
                              groupBitOr(r.m0) AS m0,
                              any(r.n0) AS n0,
                              any(r.n1) AS n1,
                              any(r.t0) AS t0,
                              any(r.t1) AS t1,
                              any(r.t2) AS t2,
                              any(r.t3) AS t3
                            FROM (
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
                                linked.n1 AS n1,
                                linked.t0 AS t0,
                                linked.t1 AS t1,
                                linked.t2 AS t2,
                                linked.t3 AS t3
                              FROM (
                                SELECT
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(1) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(2) AS m0,
                                  CAST(toInt32(validTo), 'Nullable(Int64)') AS n0,
                                  CAST(NULL, 'Nullable(Int64)') AS n1,
                                  CAST(entry, 'Nullable(String)') AS t0,
                                  CAST(related, 'Nullable(String)') AS t1,
                                  CAST(NULL, 'Nullable(String)') AS t2,
                                  CAST(NULL, 'Nullable(String)') AS t3,
                                  assumeNotNull(CAST(entry, 'Nullable(String)')) AS k0
                                FROM cur_directory_list_entry_by_entry FINAL
                                WHERE entry IS NOT NULL
                              ) AS linked
                              INNER JOIN (
                                SELECT DISTINCT
                                  assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                                  assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                                FROM cur_assets_payment FINAL
                                WHERE villageCode IS NOT NULL
                              ) AS subjects ON linked.k0 = subjects.k0
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
                                linked.n1 AS n1,
                                linked.t0 AS t0,
                                linked.t1 AS t1,
                                linked.t2 AS t2,
                                linked.t3 AS t3
                              FROM (
                                SELECT
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(1) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(2) AS m0,
                                  CAST(toInt32(validTo), 'Nullable(Int64)') AS n0,
                                  CAST(NULL, 'Nullable(Int64)') AS n1,
                                  CAST(entry, 'Nullable(String)') AS t0,
                                  CAST(related, 'Nullable(String)') AS t1,
                                  CAST(NULL, 'Nullable(String)') AS t2,
                                  CAST(NULL, 'Nullable(String)') AS t3,
                                  assumeNotNull(CAST(entry, 'Nullable(String)')) AS k0,
                                  assumeNotNull(CAST(related, 'Nullable(String)')) AS k1
                                FROM cur_directory_list_entry_by_entry FINAL
                                WHERE entry IS NOT NULL
                                  AND related IS NOT NULL
                              ) AS linked
                              INNER JOIN (
                                SELECT DISTINCT
                                  assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                                  assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS k0,
                                  assumeNotNull(CAST(counterparty, 'Nullable(String)')) AS k1
                                FROM cur_assets_payment FINAL
                                WHERE voucherId IS NOT NULL
                                  AND counterparty IS NOT NULL
                              ) AS subjects ON linked.k0 = subjects.k0 AND linked.k1 = subjects.k1
                            ) AS r
                            GROUP BY scope, atMs, ord, id, type
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
    WHERE hit OR due > 0
  )
)
