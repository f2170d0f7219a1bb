WITH
  if(hit, toInt64(ifNull(arrayMin(arrayFilter((x1) -> (x1 > 0), [toInt64(if((first0 > 0), toInt64(b0_at[first0]), toInt64(0)))])), 0)), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(if((first0 > 0), toInt64(length(arrayFilter((x1, x2) -> x2, b0_ix, proof0))), toInt64(0))) AS count_figure,
  toString(if((first0 > 0), toInt64(0), toInt64(0))) AS distinct_figure,
  toString(if((first0 > 0), toInt64(0), toInt64(0))) AS sum_figure,
  toString(if((first0 > 0), toInt64(thresholds0[first0]), toInt64(0))) AS threshold_figure,
  toString(if((first0 > 0), toInt64(arrayFilter((x1, x2) -> x2, b0_at, proof0)[1]), toInt64(0))) AS firstAtMs_figure,
  toString(if((first0 > 0), toInt64(arrayFilter((x1, x2) -> x2, b0_at, proof0)[-1]), toInt64(0))) AS lastAtMs_figure,
  toString(arrayMap((x1) -> ifNull(x1, 0), arrayMap((x1, x2, x3) -> multiIf(ifNull(startsWith(x2, {p1:String}), 0) AND ifNull(intDiv(x3 + 28800000, 86400000) >= 20513, 0), toNullable({p4:Int64}), 1, toNullable({p5:Int64}), NULL), b0_ix, b0_t0, b0_n0))[first0]) AS minOrders_figure,
  toString(arrayMap((x1) -> ifNull(x1, 0), arrayMap((x1, x2) -> multiIf(ifNull(startsWith(x2, {p1:String}), 0), toNullable({p2:Int64}), 1, toNullable({p3:Int64}), NULL), b0_ix, b0_t0))[first0]) AS windowDays_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), b0_t0)[-1]) AS townshipCode_subject,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), b0_t1)[-1]) AS orderId_subject
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      count_figure,
      distinct_figure,
      sum_figure,
      threshold_figure,
      firstAtMs_figure,
      lastAtMs_figure,
      minOrders_figure,
      windowDays_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      townshipCode_subject,
      orderId_subject
    ], 'Array(Nullable(String))')
  ) AS r0
FROM (
  SELECT *,
    arraySlice(arraySort(arrayDistinct(proof.1)), 1, 200) AS shown
  FROM (
    SELECT *,
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), arrayFilter((x1, x2) -> x2, b0_ix, proof0))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        (first0 > 0) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)'))), 0) AS due
      FROM (
        SELECT *,
          arrayFirstIndex((x1) -> x1, reached0) AS first0,
          arrayMap((ai, i) -> arrayExists((aj, mj, sj, j) -> mj AND j >= i AND aj - ai < sj, b0_at, reached0, spans0, arrayEnumerate(b0_at)), b0_at, arrayEnumerate(b0_at)) AS proof0
        FROM (
          SELECT *,
            arrayMap((x1, x2, x3) -> (x3 AND (x1 >= x2)), arrayMap((aj, sj, j) -> toInt64(length(arrayFilter((v, a, i) -> i <= j AND aj - a < sj AND v IS NOT NULL, b0_at, b0_at, arrayEnumerate(b0_at)))), b0_at, spans0, arrayEnumerate(b0_at)), thresholds0, arrayMap((x1, x2) -> (x1 AND (NOT (x2 IS NULL))), arrayMap((x1) -> (NOT (x1 IS NULL)), limits0), lengths0)) AS reached0
          FROM (
            SELECT *,
              arrayMap((x1) -> ((ifNull(x1, 0) * 86400000) + 0), lengths0) AS spans0,
              arrayMap((x1) -> ifNull(x1, 0), limits0) AS thresholds0
            FROM (
              SELECT *,
                arrayMap((x1, x2) -> multiIf(ifNull(startsWith(x2, {p1:String}), 0), toNullable({p2:Int64}), 1, toNullable({p3:Int64}), NULL), b0_ix, b0_t0) AS lengths0,
                arrayMap((x1, x2, x3) -> multiIf(ifNull(startsWith(x2, {p1:String}), 0) AND ifNull(intDiv(x3 + 28800000, 86400000) >= 20513, 0), toNullable({p4:Int64}), 1, toNullable({p5:Int64}), NULL), b0_ix, b0_t0, b0_n0) AS limits0
              FROM (
                SELECT *,
                  arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS b0_at,
                  arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS b0_ix,
                  arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS b0_t0,
                  arrayFilter((x, m) -> bitTest(m, 0), c_n0, c_m0) AS b0_n0,
                  arrayFilter((x, m) -> bitTest(m, 0), c_t1, c_m0) AS b0_t1
                FROM (
                  SELECT *,
                    arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                    arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                    arraySlice(tupleElement(timeline, 10), 1, n) AS c_t0,
                    arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                    arraySlice(tupleElement(timeline, 11), 1, n) AS c_t1,
                    arraySlice(timeline.1, 1, n) AS at,
                    arrayEnumerate(at) AS ix
                  FROM (
                    SELECT
                      scope,
                      arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, t0, t1))) AS timeline
                    FROM (
                      SELECT
                        assumeNotNull(CAST(matterKey, 'Nullable(String)')) AS scope,
                        toInt64(atMs) AS atMs,
                        toInt64(0) AS ord,
                        id AS id,
                        toUInt8(0) AS type,
                        toUInt64(version) AS version,
                        toUInt64(streamOffset) AS streamOffset,
                        toString(hash) AS hash,
                        toUInt64(if(NOT ifNull(category = {p0:String}, 0), 1, 0)) AS m0,
                        CAST(atMs, 'Nullable(Int64)') AS n0,
                        CAST(townshipCode, 'Nullable(String)') AS t0,
                        CAST(orderId, 'Nullable(String)') AS t1
                      FROM cur_hotline_order_by_matterKey FINAL
                      WHERE matterKey IS NOT NULL
                        AND ((NOT ifNull(category = {p0:String}, 0)))
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
    WHERE hit OR due > 0
  )
)
