WITH
  if(hit, toInt64(scoredAt[first]), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap(
    (r, o) -> (
      r.4 /* type */,
      r.3 /* id */,
      r.5 /* version */,
      r.6 /* streamOffset */,
      r.7 /* hash */,
      r.1 /* atMs */,
      o
    ),
    proving,
    roles
  ) AS evidence,
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
      if(
        hit,
        arrayConcat(
          CAST([], 'Array(Tuple(UInt32, UInt8))'),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* sign */)),
            arrayFilter(
              (x1, speaks_i) -> speaks_i,
              arrayFilter((linked0_contract_i, allPoints_i) -> (allPoints_i > 0), linked0_contract, allPoints),
              speaks
            )
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (first > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 2) != 0 /* contract */,
                    arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                  )
                )
              ),
              CAST([], 'Array(Int64)')
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 2) != 0 /* contract */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 9 /* cell_contractId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 1) != 0 /* sign */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 9 /* cell_contractId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arrayFilter((scoredAt_i, speaks_i) -> speaks_i, scoredAt, speaks) AS provenAt
        FROM (
          SELECT *,
            arrayMap(
              (points_i, scoredAt_i, x3) -> (
                (x3 <= last)
                AND (
                  (greatest((lastReachedAt - scoredAt_i), 0) < 9000000000000000)
                  AND (intDiv(
                    points_i * 1000,
                    bitShiftLeft(
                      toInt64(1),
                      toUInt8(least(intDiv(greatest((lastReachedAt - scoredAt_i), 0), 9000000000000000), 40))
                    )
                  ) > 0)
                )
              ),
              points,
              scoredAt,
              arrayEnumerate(scoredAt)
            ) AS speaks
          FROM (
            SELECT *,
              scoredAt[last] AS lastReachedAt
            FROM (
              SELECT *,
                arrayFirstIndex((reached_i) -> reached_i, reached) AS first,
                arrayMax(arrayMap(
                  (reached_i, x2) -> if(reached_i, toInt64(x2), toInt64(0)),
                  reached,
                  arrayEnumerate(scoredAt)
                )) AS last
              FROM (
                SELECT *,
                  arrayMap(
                    (scores_i, scorers_i) -> ((scores_i >= ({p3:Int64} * 1000)) AND (scorers_i >= {p4:Int64})),
                    scores,
                    scorers
                  ) AS reached
                FROM (
                  SELECT *,
                    arrayMap(
                      (aj, j) -> arraySum(
                        (p, a, i) -> if(
                          i <= j AND aj - a < 9000000000000000,
                          intDiv(
                            p * 1000,
                            bitShiftLeft(toInt64(1), toUInt8(least(intDiv(greatest(aj - a, 0), 9000000000000000), 40)))
                          ),
                          0
                        ),
                        points,
                        scoredAt,
                        arrayEnumerate(scoredAt)
                      ),
                      scoredAt,
                      arrayEnumerate(scoredAt)
                    ) AS scores,
                    arrayMap(
                      (aj, j) -> toInt64(length(arrayDistinct(arrayFilter(
                        (k, p, a, i) -> i <= j
                          AND aj - a < 9000000000000000
                          AND k IS NOT NULL
                          AND intDiv(
                            p * 1000,
                            bitShiftLeft(toInt64(1), toUInt8(least(intDiv(greatest(aj - a, 0), 9000000000000000), 40)))
                          ) > 0,
                        arrayFilter(
                          (linked0_contract_ruleId_i, allPoints_i) -> (allPoints_i > 0),
                          linked0_contract_ruleId,
                          allPoints
                        ),
                        points,
                        scoredAt,
                        arrayEnumerate(scoredAt)
                      )))),
                      scoredAt,
                      arrayEnumerate(scoredAt)
                    ) AS scorers
                  FROM (
                    SELECT *,
                      arrayFilter((allPoints_i, allPoints_i2) -> (allPoints_i2 > 0), allPoints, allPoints) AS points,
                      arrayFilter(
                        (linked0_contract_at_i, allPoints_i) -> (allPoints_i > 0),
                        linked0_contract_at,
                        allPoints
                      ) AS scoredAt
                    FROM (
                      SELECT *,
                        arrayMap(
                          (linked0_contract_ruleId_i, linked0_contract_severity_i) -> if(
                            ifNull(linked0_contract_severity_i = {p1:String}, 0),
                            toInt64({p2:Int64}),
                            toInt64({p0:Int64})
                          ),
                          linked0_contract_ruleId,
                          linked0_contract_severity
                        ) AS allPoints
                      FROM (
                        SELECT *,
                          arrayMap(
                            (linked0_contract_i) -> all_ruleId[linked0_contract_i],
                            linked0_contract
                          ) AS linked0_contract_ruleId,
                          arrayMap(
                            (linked0_contract_i) -> all_severity[linked0_contract_i],
                            linked0_contract
                          ) AS linked0_contract_severity,
                          arrayMap(
                            (linked0_contract_i) -> all_at[linked0_contract_i],
                            linked0_contract
                          ) AS linked0_contract_at
                        FROM (
                          SELECT *,
                            arrayFilter(
                              (sign_places_i, x2) -> x2,
                              sign_places,
                              arrayMap(
                                (v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), contract_contractId),
                                sign_contractId
                              )
                            ) AS linked0_contract
                          FROM (
                            SELECT *,
                              arrayFilter((x, m) -> bitTest(m, 0), all_contractId, all_marks) AS sign_contractId,
                              arrayFilter((x, m) -> bitTest(m, 1), all_contractId, all_marks) AS contract_contractId,
                              arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS sign_places
                            FROM (
                              SELECT *,
                                arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                                arraySlice(
                                  tupleElement(timeline, 9 /* cell_contractId */),
                                  1,
                                  existing
                                ) AS all_contractId,
                                arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                                arraySlice(tupleElement(timeline, 10 /* cell_ruleId */), 1, existing) AS all_ruleId,
                                arraySlice(tupleElement(timeline, 11 /* cell_severity */), 1, existing) AS all_severity,
                                arraySlice(timeline.1, 1, existing) AS all_at,
                                arrayEnumerate(all_at) AS all_places
                              FROM (
                                SELECT
                                  scope,
                                  arraySort(groupArray(tuple(
                                    atMs,
                                    ord,
                                    id,
                                    type,
                                    version,
                                    streamOffset,
                                    hash,
                                    marks,
                                    cell_contractId,
                                    cell_ruleId,
                                    cell_severity
                                  ))) AS timeline
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
                                    linked.marks AS marks,
                                    linked.cell_contractId AS cell_contractId,
                                    linked.cell_ruleId AS cell_ruleId,
                                    linked.cell_severity AS cell_severity
                                  FROM (
                                    SELECT
                                      toInt64(atMs) AS atMs,
                                      toInt64(0) AS ord,
                                      id AS id,
                                      toUInt8(1 /* platform.finding */) AS type,
                                      toUInt64(version) AS version,
                                      toUInt64(streamOffset) AS streamOffset,
                                      toString(hash) AS hash,
                                      toUInt64(1 /* sign */) AS marks,
                                      CAST(contractId, 'Nullable(String)') AS cell_contractId,
                                      CAST(ruleId, 'Nullable(String)') AS cell_ruleId,
                                      CAST(severity, 'Nullable(String)') AS cell_severity,
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
                                    toUInt8(0 /* assets.contract */) AS type,
                                    toUInt64(version) AS version,
                                    toUInt64(streamOffset) AS streamOffset,
                                    toString(hash) AS hash,
                                    toUInt64(2 /* contract */) AS marks,
                                    CAST(contractId, 'Nullable(String)') AS cell_contractId,
                                    CAST(NULL, 'Nullable(String)') AS cell_ruleId,
                                    CAST(NULL, 'Nullable(String)') AS cell_severity
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
    )
    WHERE hit OR due > 0
  )
)
