WITH
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(standing0[first])) AS paidCount_figure,
  toString(arraySum(tupleElement(standing0[first], 3))) AS paidSum_figure,
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
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), tupleElement(holding, 2)), arrayMap(p -> (toUInt32(p), toUInt8(1)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), standing0), arrayEnumerate(project_at))))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 3) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)'))), 0) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((x1) -> (NOT ((tupleElement(x1, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter((x1, x2) -> x2, arrayMap((x1, x2, x3, x4) -> (toInt64(x1), toInt64(x2), toInt64(x3), toInt64(x4)), arrayMap((x1, x2) -> greatest(x1, x2), project_at, arrayMap((x1, x2) -> tupleElement(x1[if(x2 IS NULL, 0, arrayFirstIndex(s -> toInt128(s) * 100 > toInt128(ifNull(x2, 0)) * {p2:Int64}, arrayCumSum(tupleElement(x1, 3))))], 2), standing0, project_contractFen)), project_places, arrayEnumerate(project_at), arrayMap((x1) -> 0, project_at)), holds) AS met
            FROM (
              SELECT *,
                arrayMap((x1, x2) -> ifNull(toInt128(arraySum(tupleElement(x1, 3))) * 100 > toInt128(x2) * {p2:Int64}, 0), standing0, project_contractFen) AS holds
              FROM (
                SELECT *,
                  arrayMap((x1, x2) -> arrayFilter((x3) -> 1, arrayMap((x3, x4, x5) -> (toInt64(x3), toInt64(x4), toInt64(ifNull(x5, 0))), paid_places, paid_at, paid_amountFen)), project_places, project_places) AS standing0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS project_places,
                    arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS project_at,
                    arrayFilter((x, m) -> bitTest(m, 1), c_n0, c_m0) AS paid_amountFen,
                    arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS paid_places,
                    arrayFilter((x, m) -> bitTest(m, 1), at, c_m0) AS paid_at,
                    arrayFilter((x, m) -> bitTest(m, 0), c_n0, c_m0) AS project_contractFen,
                    arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS project_name,
                    arrayFilter((x, m) -> bitTest(m, 0), c_t1, c_m0) AS project_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 0), c_t2, c_m0) AS project_townshipCode
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                      arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                      arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                      arraySlice(tupleElement(timeline, 10), 1, n) AS c_t0,
                      arraySlice(tupleElement(timeline, 11), 1, n) AS c_t1,
                      arraySlice(tupleElement(timeline, 12), 1, n) AS c_t2,
                      arraySlice(timeline.1, 1, n) AS at,
                      arrayEnumerate(at) AS ix
                    FROM (
                      SELECT
                        scope,
                        arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, t0, t1, t2))) AS timeline
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
                          toUInt64(if(ifNull(contractFen > {p0:Int64}, 0), 1, 0)) AS m0,
                          CAST(contractFen, 'Nullable(Int64)') AS n0,
                          CAST(name, 'Nullable(String)') AS t0,
                          CAST(villageCode, 'Nullable(String)') AS t1,
                          CAST(townshipCode, 'Nullable(String)') AS t2
                        FROM cur_assets_project FINAL
                        WHERE ((ifNull(contractFen > {p0:Int64}, 0)))
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
                          toUInt64(if(ifNull(direction = {p1:String}, 0), 2, 0)) AS m0,
                          CAST(amountFen, 'Nullable(Int64)') AS n0,
                          CAST(NULL, 'Nullable(String)') AS t0,
                          CAST(NULL, 'Nullable(String)') AS t1,
                          CAST(NULL, 'Nullable(String)') AS t2
                        FROM cur_assets_payment_by_projectId FINAL
                        WHERE projectId IS NOT NULL
                          AND ((ifNull(direction = {p1:String}, 0)))
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
    WHERE hit OR due > 0
  )
)
