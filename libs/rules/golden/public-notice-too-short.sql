WITH
  if(hit, toInt64(notice_at[1]), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(length(notice_at)) AS count_figure,
  toString(notice_at[1]) AS firstAtMs_figure,
  toString(notice_at[-1]) AS lastAtMs_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), notice_title)[-1]) AS title_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), notice_postedOn)[-1]) AS postedOn_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), notice_endsOn)[-1]) AS endsOn_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), arrayMap((x1) -> c_n0[x1], linked1_notice))[-1]) AS totalFen_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), notice_villageCode)[-1]) AS villageCode_subject,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), notice_townshipCode)[-1]) AS townshipCode_subject,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), notice_contractId)[-1]) AS contractId_subject
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
      title_figure,
      postedOn_figure,
      endsOn_figure,
      totalFen_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      villageCode_subject,
      townshipCode_subject,
      contractId_subject
    ], 'Array(Nullable(String))')
  ) AS r0
FROM (
  SELECT *,
    arraySlice(arraySort(arrayDistinct(proof.1)), 1, 200) AS shown
  FROM (
    SELECT *,
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), notice_places)), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(notice_at) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)')), arrayFilter((x1, x2, x3) -> (x2 AND arrayExists((x4, x5) -> (x4 AND ifNull(x3 = x5, 0)), arrayMap((w0) -> bitAnd(w0, 1) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 11))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 2) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 11), n + 1)))), 0) AS due
      FROM (
        SELECT *,
          arrayFilter((x1, x2) -> x2, contract_places, arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), notice_contractId), contract_contractId)) AS linked1_notice
        FROM (
          SELECT *,
            arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS notice_at,
            arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS notice_places,
            arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS contract_contractId,
            arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS notice_contractId,
            arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS contract_places,
            arrayFilter((x, m) -> bitTest(m, 0), c_t1, c_m0) AS notice_title,
            arrayFilter((x, m) -> bitTest(m, 0), c_n0, c_m0) AS notice_postedOn,
            arrayFilter((x, m) -> bitTest(m, 0), c_n1, c_m0) AS notice_endsOn,
            arrayFilter((x, m) -> bitTest(m, 0), c_t2, c_m0) AS notice_villageCode,
            arrayFilter((x, m) -> bitTest(m, 0), c_t3, c_m0) AS notice_townshipCode
          FROM (
            SELECT *,
              arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
              arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
              arraySlice(tupleElement(timeline, 11), 1, n) AS c_t0,
              arraySlice(tupleElement(timeline, 12), 1, n) AS c_t1,
              arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
              arraySlice(tupleElement(timeline, 10), 1, n) AS c_n1,
              arraySlice(tupleElement(timeline, 13), 1, n) AS c_t2,
              arraySlice(tupleElement(timeline, 14), 1, n) AS c_t3,
              arraySlice(timeline.1, 1, n) AS at,
              arrayEnumerate(at) AS ix
            FROM (
              SELECT
                scope,
                arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, n1, t0, t1, t2, t3))) AS timeline
              FROM (
                SELECT
                  assumeNotNull(CAST(noticeId, 'Nullable(String)')) AS scope,
                  toInt64(atMs) AS atMs,
                  toInt64(0) AS ord,
                  id AS id,
                  toUInt8(1) AS type,
                  toUInt64(version) AS version,
                  toUInt64(streamOffset) AS streamOffset,
                  toString(hash) AS hash,
                  toUInt64(if(ifNull(subject IN ({p0:String}, {p1:String}), 0) AND ifNull(endsOn < addDays(postedOn, {p2:Int64}), 0), 1, 0)) AS m0,
                  CAST(toInt32(postedOn), 'Nullable(Int64)') AS n0,
                  CAST(toInt32(endsOn), 'Nullable(Int64)') AS n1,
                  CAST(contractId, 'Nullable(String)') AS t0,
                  CAST(title, 'Nullable(String)') AS t1,
                  CAST(villageCode, 'Nullable(String)') AS t2,
                  CAST(townshipCode, 'Nullable(String)') AS t3
                FROM cur_assets_notice FINAL
                WHERE ((ifNull(subject IN ({p0:String}, {p1:String}), 0) AND ifNull(endsOn < addDays(postedOn, {p2:Int64}), 0)))
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
                    toUInt64(2) AS m0,
                    CAST(totalFen, 'Nullable(Int64)') AS n0,
                    CAST(NULL, 'Nullable(Int64)') AS n1,
                    CAST(contractId, 'Nullable(String)') AS t0,
                    CAST(NULL, 'Nullable(String)') AS t1,
                    CAST(NULL, 'Nullable(String)') AS t2,
                    CAST(NULL, 'Nullable(String)') AS t3,
                    assumeNotNull(CAST(contractId, 'Nullable(String)')) AS k0
                  FROM cur_assets_contract FINAL
                  WHERE contractId IS NOT NULL
                ) AS linked
                INNER JOIN (
                  SELECT DISTINCT
                    assumeNotNull(CAST(noticeId, 'Nullable(String)')) AS scope,
                    assumeNotNull(CAST(contractId, 'Nullable(String)')) AS k0
                  FROM cur_assets_notice FINAL
                  WHERE contractId IS NOT NULL
                ) AS subjects ON linked.k0 = subjects.k0
              )
              GROUP BY scope
            )
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
