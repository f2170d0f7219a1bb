WITH
  if(hit, toInt64(scoredAt[first]), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(intDiv(scores[last], 1000)) AS score_figure,
  toString(scores[last]) AS scoreThousandths_figure,
  toString(scorers[last]) AS rules_figure,
  toString(length(provenAt)) AS count_figure,
  toString({p3:Int64}) AS threshold_figure,
  toString(provenAt[1]) AS firstAtMs_figure,
  toString(provenAt[-1]) AS lastAtMs_figure
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      score_figure,
      scoreThousandths_figure,
      rules_figure,
      count_figure,
      threshold_figure,
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
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(1)), arrayFilter((x1, x2) -> x2, arrayFilter((x1, x2) -> (x2 > 0), linked0_contract, allPoints), speaks))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        (first > 0) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 2) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)')), arrayFilter((x1, x2, x3) -> (x2 AND arrayExists((x4, x5) -> (x4 AND ifNull(x3 = x5, 0)), arrayMap((w0) -> bitAnd(w0, 2) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 9))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 9), n + 1)))), 0) AS due
      FROM (
        SELECT *,
          arrayFilter((x1, x2) -> x2, scoredAt, speaks) AS provenAt
        FROM (
          SELECT *,
            arrayMap((x1, x2, x3) -> ((x3 <= last) AND ((greatest((lastReachedAt - x2), 0) < 9000000000000000) AND (intDiv(x1 * 1000, bitShiftLeft(toInt64(1), toUInt8(least(intDiv(greatest((lastReachedAt - x2), 0), 9000000000000000), 40)))) > 0))), points, scoredAt, arrayEnumerate(scoredAt)) AS speaks
          FROM (
            SELECT *,
              scoredAt[last] AS lastReachedAt
            FROM (
              SELECT *,
                arrayFirstIndex((x1) -> x1, reached) AS first,
                arrayMax(arrayMap((x1, x2) -> if(x1, toInt64(x2), toInt64(0)), reached, arrayEnumerate(scoredAt))) AS last
              FROM (
                SELECT *,
                  arrayMap((x1, x2) -> ((x1 >= ({p3:Int64} * 1000)) AND (x2 >= {p4:Int64})), scores, scorers) AS reached
                FROM (
                  SELECT *,
                    arrayMap((aj, j) -> arraySum((p, a, i) -> if(i <= j AND aj - a < 9000000000000000, intDiv(p * 1000, bitShiftLeft(toInt64(1), toUInt8(least(intDiv(greatest(aj - a, 0), 9000000000000000), 40)))), 0), points, scoredAt, arrayEnumerate(scoredAt)), scoredAt, arrayEnumerate(scoredAt)) AS scores,
                    arrayMap((aj, j) -> toInt64(length(arrayDistinct(arrayFilter((k, p, a, i) -> i <= j AND aj - a < 9000000000000000 AND k IS NOT NULL AND intDiv(p * 1000, bitShiftLeft(toInt64(1), toUInt8(least(intDiv(greatest(aj - a, 0), 9000000000000000), 40)))) > 0, arrayFilter((x1, x2) -> (x2 > 0), arrayMap((x1) -> c_t1[x1], linked0_contract), allPoints), points, scoredAt, arrayEnumerate(scoredAt))))), scoredAt, arrayEnumerate(scoredAt)) AS scorers
                  FROM (
                    SELECT *,
                      arrayFilter((x1, x2) -> (x2 > 0), allPoints, allPoints) AS points,
                      arrayFilter((x1, x2) -> (x2 > 0), arrayMap((x1) -> at[x1], linked0_contract), allPoints) AS scoredAt
                    FROM (
                      SELECT *,
                        arrayMap((x1, x2) -> if(ifNull(x2 = {p1:String}, 0), toInt64({p2:Int64}), toInt64({p0:Int64})), arrayMap((x1) -> c_t1[x1], linked0_contract), arrayMap((x1) -> c_t2[x1], linked0_contract)) AS allPoints
                      FROM (
                        SELECT *,
                          arrayFilter((x1, x2) -> x2, b0_ix, arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), b1_t0), b0_t0)) AS linked0_contract
                        FROM (
                          SELECT *,
                            arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS b0_t0,
                            arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS b1_t0,
                            arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS b0_ix
                          FROM (
                            SELECT *,
                              arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                              arraySlice(tupleElement(timeline, 9), 1, n) AS c_t0,
                              arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                              arraySlice(tupleElement(timeline, 10), 1, n) AS c_t1,
                              arraySlice(tupleElement(timeline, 11), 1, n) AS c_t2,
                              arraySlice(timeline.1, 1, n) AS at,
                              arrayEnumerate(at) AS ix
                            FROM (
                              SELECT
                                scope,
                                arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, t0, t1, t2))) AS timeline
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
                                  linked.t0 AS t0,
                                  linked.t1 AS t1,
                                  linked.t2 AS t2
                                FROM (
                                  SELECT
                                    toInt64(atMs) AS atMs,
                                    toInt64(0) AS ord,
                                    id AS id,
                                    toUInt8(1) AS type,
                                    toUInt64(version) AS version,
                                    toUInt64(streamOffset) AS streamOffset,
                                    toString(hash) AS hash,
                                    toUInt64(1) AS m0,
                                    CAST(contractId, 'Nullable(String)') AS t0,
                                    CAST(ruleId, 'Nullable(String)') AS t1,
                                    CAST(severity, 'Nullable(String)') AS t2,
                                    assumeNotNull(CAST(contractId, 'Nullable(String)')) AS k0
                                  FROM cur_platform_finding FINAL
                                  WHERE contractId IS NOT NULL
                                ) AS linked
                                INNER JOIN (
                                  SELECT DISTINCT
                                    assumeNotNull(CAST(lesseeCreditCode, 'Nullable(String)')) AS scope,
                                    assumeNotNull(CAST(contractId, 'Nullable(String)')) AS k0
                                  FROM cur_assets_contract FINAL
                                  WHERE lesseeCreditCode IS NOT NULL AND NOT startsWith(lesseeCreditCode, '92')
                                    AND contractId IS NOT NULL
                                ) AS subjects ON linked.k0 = subjects.k0
                                UNION ALL
                                SELECT
                                  assumeNotNull(CAST(lesseeCreditCode, 'Nullable(String)')) AS scope,
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(0) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(2) AS m0,
                                  CAST(contractId, 'Nullable(String)') AS t0,
                                  CAST(NULL, 'Nullable(String)') AS t1,
                                  CAST(NULL, 'Nullable(String)') AS t2
                                FROM cur_assets_contract FINAL
                                WHERE lesseeCreditCode IS NOT NULL AND NOT startsWith(lesseeCreditCode, '92')
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
