WITH
  if(hit, toInt64(at[chosen1]), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(arrayCount((x1) -> (x1 > 0), tupleElement(begun1, 1))) AS count_figure,
  toString(at[chosen0]) AS firstAtMs_figure,
  toString(at[chosen1]) AS lastAtMs_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), part_voucherId)[-1]) AS voucherId_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), part_amountFen)[-1]) AS amountFen_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), part_townshipCode)[-1]) AS townshipCode_subject
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      count_figure,
      firstAtMs_figure,
      lastAtMs_figure,
      voucherId_figure,
      amountFen_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      townshipCode_subject
    ], 'Array(Nullable(String))')
  ) AS r0
FROM (
  SELECT *,
    arraySlice(arraySort(arrayDistinct(proof.1)), 1, 200) AS shown
  FROM (
    SELECT *,
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), [toInt64(chosen0)]), arrayMap(p -> (toUInt32(p), toUInt8(0)), [toInt64(chosen1)])), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        (chosen1 > 0) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)'))), 0) AS due
      FROM (
        SELECT *,
          tupleElement(begun1[1], 1) AS chosen1,
          (-tupleElement(begun1[1], 2)) AS chosen0
        FROM (
          SELECT *,
            arrayFilter((r, nth) -> nth = 1, sorted1, arrayEnumerateUniq(tupleElement(sorted1, 1))) AS begun1
          FROM (
            SELECT *,
              arraySort(arrayFlatten(arrayMap((x1) -> arrayMap((x2) -> (toInt64(x2), toInt64((-tupleElement(x1, 1)))), arrayFilter((x2) -> (((x2 > tupleElement(x1, 1)) AND ((at[x2] - at[tupleElement(x1, 1)]) < ({p3:Int64} * 86400000))) AND ifNull(c_t0[x2] = c_t0[tupleElement(x1, 1)], 0)), part_places)), begun0))) AS sorted1
            FROM (
              SELECT *,
                arrayFilter((r, nth) -> nth = 1, sorted0, arrayEnumerateUniq(tupleElement(sorted0, 1))) AS begun0
              FROM (
                SELECT *,
                  arraySort(arrayMap((x1) -> tuple(toInt64(x1)), part_places)) AS sorted0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS part_places,
                    arrayFilter((x, m) -> bitTest(m, 0), c_t1, c_m0) AS part_voucherId,
                    arrayFilter((x, m) -> bitTest(m, 0), c_n0, c_m0) AS part_amountFen,
                    arrayFilter((x, m) -> bitTest(m, 0), c_t2, c_m0) AS part_townshipCode
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                      arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                      arraySlice(tupleElement(timeline, 10), 1, n) AS c_t0,
                      arraySlice(tupleElement(timeline, 11), 1, n) AS c_t1,
                      arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                      arraySlice(tupleElement(timeline, 12), 1, n) AS c_t2,
                      arraySlice(timeline.1, 1, n) AS at,
                      arrayEnumerate(at) AS ix
                    FROM (
                      SELECT
                        scope,
                        arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, t0, t1, t2))) AS timeline
                      FROM (
                        SELECT
                          concat(replaceAll(replaceAll(assumeNotNull(CAST(villageCode, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 7), 'Nullable(String)')), '%', '%25'), '|', '%7C')) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(0) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(if(ifNull(direction = {p0:String}, 0) AND projectId IS NULL AND counterparty IS NOT NULL AND ifNull(amountFen >= {p1:Int64}, 0) AND ifNull(amountFen < {p2:Int64}, 0), 1, 0)) AS m0,
                          CAST(amountFen, 'Nullable(Int64)') AS n0,
                          CAST(counterparty, 'Nullable(String)') AS t0,
                          CAST(voucherId, 'Nullable(String)') AS t1,
                          CAST(townshipCode, 'Nullable(String)') AS t2
                        FROM cur_assets_payment FINAL
                        WHERE ((ifNull(direction = {p0:String}, 0) AND projectId IS NULL AND counterparty IS NOT NULL AND ifNull(amountFen >= {p1:Int64}, 0) AND ifNull(amountFen < {p2:Int64}, 0)))
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
