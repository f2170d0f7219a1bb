WITH
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(counted0[first])) AS budgetedCount_figure,
  toString(length(standing1[first])) AS paidCount_figure,
  toString(arraySum(tupleElement(standing1[first], 3))) AS paidSum_figure,
  toString(0) AS startMs_figure,
  toString(project_name[first]) AS projectName_figure,
  toString(project_contractFen[first]) AS contractFen_figure,
  toString(project_villageCode[first]) AS villageCode_subject,
  toString(project_townshipCode[first]) AS townshipCode_subject
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
      budgetedCount_figure,
      paidCount_figure,
      paidSum_figure,
      startMs_figure,
      projectName_figure,
      contractFen_figure
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
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), tupleElement(holding, 2)), arrayMap(p -> (toUInt32(p), toUInt8(2)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), counted0), arrayEnumerate(project_at)))), arrayMap(p -> (toUInt32(p), toUInt8(1)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), standing1), arrayEnumerate(project_at))))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 5) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)')), arrayFilter((x1, x2, x3) -> (x2 AND arrayExists((x4, x5) -> (x4 AND ifNull(x3 = x5, 0)), arrayMap((w0) -> bitAnd(w0, 1) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 12))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 2) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 12), n + 1)))), 0) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((x1) -> (NOT ((tupleElement(x1, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter((x1, x2) -> x2, arrayMap((x1, x2, x3, x4) -> (toInt64(x1), toInt64(x2), toInt64(x3), toInt64(x4)), arrayMap((x1, x2) -> greatest(x1, x2), arrayMap((x1, x2) -> greatest(x1, x2), project_at, arrayMap((x1) -> if((length(x1) >= {p1:Int64}), toInt64(tupleElement(x1[greatest({p1:Int64}, 1)], 2)), toInt64(0)), counted0)), arrayMap((x1, x2) -> tupleElement(x1[if(x2 IS NULL, 0, arrayFirstIndex(s -> toInt128(s) * 100 > toInt128(ifNull(x2, 0)) * {p3:Int64}, arrayCumSum(tupleElement(x1, 3))))], 2), standing1, project_budgetFen)), project_places, arrayEnumerate(project_at), arrayMap((x1) -> 0, project_at)), holds) AS met
            FROM (
              SELECT *,
                arrayMap((x1, x2) -> (x1 AND x2), arrayMap((x1) -> (length(x1) >= {p1:Int64}), counted0), arrayMap((x1, x2) -> ifNull(toInt128(arraySum(tupleElement(x1, 3))) * 100 > toInt128(x2) * {p3:Int64}, 0), standing1, project_budgetFen)) AS holds
              FROM (
                SELECT *,
                  arrayMap((x1, x2) -> arrayFilter((x3) -> ifNull(c_n0[tupleElement(x3, 1)] <= x2, 0), x1), standing0, project_atMs) AS counted0
                FROM (
                  SELECT *,
                    arrayMap((x1, x2, x3) -> arrayFilter((x4, x5) -> ifNull(x5 = x3, 0), arrayMap((x4, x5) -> (toInt64(x4), toInt64(x5), toInt64(0)), budgeted_places, budgeted_at), budgeted_townshipCode), project_places, project_places, project_townshipCode) AS standing0,
                    arrayMap((x1, x2) -> arrayFilter((x3) -> 1, arrayMap((x3, x4, x5) -> (toInt64(x3), toInt64(x4), toInt64(ifNull(x5, 0))), paid_places, paid_at, paid_amountFen)), project_places, project_places) AS standing1
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS project_places,
                      arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS project_at,
                      arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS budgeted_places,
                      arrayFilter((x, m) -> bitTest(m, 1), at, c_m0) AS budgeted_at,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS project_townshipCode,
                      arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS budgeted_townshipCode,
                      arrayFilter((x, m) -> bitTest(m, 0), c_n0, c_m0) AS project_atMs,
                      arrayFilter((x, m) -> bitTest(m, 2), c_n0, c_m0) AS paid_amountFen,
                      arrayFilter((x, m) -> bitTest(m, 2), ix, c_m0) AS paid_places,
                      arrayFilter((x, m) -> bitTest(m, 2), at, c_m0) AS paid_at,
                      arrayFilter((x, m) -> bitTest(m, 0), c_n1, c_m0) AS project_budgetFen,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t1, c_m0) AS project_name,
                      arrayFilter((x, m) -> bitTest(m, 0), c_n2, c_m0) AS project_contractFen,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t2, c_m0) AS project_villageCode
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                        arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                        arraySlice(tupleElement(timeline, 12), 1, n) AS c_t0,
                        arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                        arraySlice(tupleElement(timeline, 10), 1, n) AS c_n1,
                        arraySlice(tupleElement(timeline, 13), 1, n) AS c_t1,
                        arraySlice(tupleElement(timeline, 11), 1, n) AS c_n2,
                        arraySlice(tupleElement(timeline, 14), 1, n) AS c_t2,
                        arraySlice(timeline.1, 1, n) AS at,
                        arrayEnumerate(at) AS ix
                      FROM (
                        SELECT
                          scope,
                          arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, n1, n2, t0, t1, t2))) AS timeline
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
                            any(r.n2) AS n2,
                            any(r.t0) AS t0,
                            any(r.t1) AS t1,
                            any(r.t2) AS t2
                          FROM (
                            SELECT
                              assumeNotNull(CAST(projectId, 'Nullable(String)')) AS scope,
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(1) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(budgetFen <= {p0:Int64}, 0), 1, 0)) AS m0,
                              CAST(atMs, 'Nullable(Int64)') AS n0,
                              CAST(budgetFen, 'Nullable(Int64)') AS n1,
                              CAST(contractFen, 'Nullable(Int64)') AS n2,
                              CAST(townshipCode, 'Nullable(String)') AS t0,
                              CAST(name, 'Nullable(String)') AS t1,
                              CAST(villageCode, 'Nullable(String)') AS t2
                            FROM cur_assets_project FINAL
                            WHERE ((ifNull(budgetFen <= {p0:Int64}, 0)))
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
                              linked.n2 AS n2,
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
                                toUInt64(if(ifNull(budgetFen > {p0:Int64}, 0), 2, 0)) AS m0,
                                CAST(atMs, 'Nullable(Int64)') AS n0,
                                CAST(budgetFen, 'Nullable(Int64)') AS n1,
                                CAST(contractFen, 'Nullable(Int64)') AS n2,
                                CAST(townshipCode, 'Nullable(String)') AS t0,
                                CAST(name, 'Nullable(String)') AS t1,
                                CAST(villageCode, 'Nullable(String)') AS t2,
                                assumeNotNull(CAST(townshipCode, 'Nullable(String)')) AS k0
                              FROM cur_assets_project FINAL
                              WHERE townshipCode IS NOT NULL
                                AND ((ifNull(budgetFen > {p0:Int64}, 0)))
                            ) AS linked
                            INNER JOIN (
                              SELECT DISTINCT
                                assumeNotNull(CAST(projectId, 'Nullable(String)')) AS scope,
                                assumeNotNull(CAST(townshipCode, 'Nullable(String)')) AS k0
                              FROM cur_assets_project FINAL
                              WHERE townshipCode IS NOT NULL
                            ) AS subjects ON linked.k0 = subjects.k0
                          ) AS r
                          GROUP BY scope, atMs, ord, id, type
                          UNION ALL
                          SELECT
                            assumeNotNull(CAST(projectId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(ifNull(direction = {p2:String}, 0), 4, 0)) AS m0,
                            CAST(amountFen, 'Nullable(Int64)') AS n0,
                            CAST(NULL, 'Nullable(Int64)') AS n1,
                            CAST(NULL, 'Nullable(Int64)') AS n2,
                            CAST(NULL, 'Nullable(String)') AS t0,
                            CAST(NULL, 'Nullable(String)') AS t1,
                            CAST(NULL, 'Nullable(String)') AS t2
                          FROM cur_assets_payment_by_projectId FINAL
                          WHERE projectId IS NOT NULL
                            AND ((ifNull(direction = {p2:String}, 0)))
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
    WHERE hit OR due > 0
  )
)
