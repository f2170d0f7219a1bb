WITH
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(standing0[first])) AS dealCount_figure,
  toString(arrayMap((x1, x2) -> ifNull((x1) * 86400000 - 28800000, 0), contract_signedOn, contract_at)[first]) AS startMs_figure,
  toString(contract_name[first]) AS contractName_figure,
  toString(contract_signedOn[first]) AS signedOn_figure,
  toString(contract_totalFen[first]) AS totalFen_figure,
  toString(contract_villageCode[first]) AS villageCode_subject,
  toString(contract_townshipCode[first]) AS townshipCode_subject,
  toString(contract_assetId[first]) AS assetId_subject
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
      dealCount_figure,
      startMs_figure,
      contractName_figure,
      signedOn_figure,
      totalFen_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      villageCode_subject,
      townshipCode_subject,
      assetId_subject
    ], 'Array(Nullable(String))')
  ) AS r0
FROM (
  SELECT *,
    arraySlice(arraySort(arrayDistinct(proof.1)), 1, 200) AS shown
  FROM (
    SELECT *,
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), tupleElement(holding, 2)), arrayMap(p -> (toUInt32(p), toUInt8(1)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), standing0), arrayEnumerate(contract_at))))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), arrayMap((x1) -> (tupleElement(x1, 4) + 1), arrayFilter((x1) -> (((tupleElement(x1, 4) + 1) > {now:Int64}) AND (tupleElement(x1, 4) < 9000000000000000)), met))), arrayFilter((x1, x2, x3, x4) -> (x2 AND arrayExists((x5, x6, x7) -> (x5 AND (ifNull(x3 = x6, 0) OR ifNull(x4 = x7, 0))), arrayMap((w0) -> bitAnd(w0, 1) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 11), tupleElement(timeline, 12))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 2) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 11), n + 1), arraySlice(tupleElement(timeline, 12), n + 1)))), 0) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((x1) -> (NOT ((tupleElement(x1, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter((x1, x2) -> x2, arrayMap((x1, x2, x3, x4) -> (toInt64(x1), toInt64(x2), toInt64(x3), toInt64(x4)), arrayMap((x1, x2) -> greatest(x1, (x2 + 1)), contract_at, subject_due), contract_places, arrayEnumerate(contract_at), subject_due), holds) AS met
            FROM (
              SELECT *,
                arrayMap((x1, x2) -> if((x1 < 0), toInt64(9000000000000000), toInt64(ifNull((((x2 + x1)) + 1) * 86400000 - 28800000, 0))), subject_limit, subject_day) AS subject_due
              FROM (
                SELECT *,
                  arrayMap((x1, x2) -> if((x1 < 0), toInt64(0), toInt64(x2)), subject_limit, arrayMap((x1, x2, x3) -> ifNull(x2, 0), contract_at, contract_signedOn, contract_villageCode)) AS subject_day,
                  arrayMap((x1) -> (NOT notEmpty(x1)), standing0) AS holds
                FROM (
                  SELECT *,
                    arrayMap((x1, x2, x3) -> toInt64(ifNull(if(x2 IS NULL, NULL, {p3:Int64}), -1)), contract_at, contract_signedOn, contract_villageCode) AS subject_limit,
                    arrayMap((x1, x2, x3, x4) -> arrayFilter((x5, x6, x7) -> (ifNull(x6 = x3, 0) OR ifNull(x7 = x4, 0)), arrayMap((x5, x6) -> (toInt64(x5), toInt64(x6), toInt64(0)), deal_places, deal_at), deal_contractId, deal_listingId), contract_places, contract_places, contract_contractId, contract_listingId) AS standing0
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS contract_places,
                      arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS contract_at,
                      arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS deal_places,
                      arrayFilter((x, m) -> bitTest(m, 1), at, c_m0) AS deal_at,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS contract_contractId,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t1, c_m0) AS contract_listingId,
                      arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS deal_contractId,
                      arrayFilter((x, m) -> bitTest(m, 1), c_t1, c_m0) AS deal_listingId,
                      arrayFilter((x, m) -> bitTest(m, 0), c_n0, c_m0) AS contract_signedOn,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t2, c_m0) AS contract_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t3, c_m0) AS contract_name,
                      arrayFilter((x, m) -> bitTest(m, 0), c_n1, c_m0) AS contract_totalFen,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t4, c_m0) AS contract_townshipCode,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t5, c_m0) AS contract_assetId
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                        arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                        arraySlice(tupleElement(timeline, 11), 1, n) AS c_t0,
                        arraySlice(tupleElement(timeline, 12), 1, n) AS c_t1,
                        arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                        arraySlice(tupleElement(timeline, 13), 1, n) AS c_t2,
                        arraySlice(tupleElement(timeline, 14), 1, n) AS c_t3,
                        arraySlice(tupleElement(timeline, 10), 1, n) AS c_n1,
                        arraySlice(tupleElement(timeline, 15), 1, n) AS c_t4,
                        arraySlice(tupleElement(timeline, 16), 1, n) AS c_t5,
                        arraySlice(timeline.1, 1, n) AS at,
                        arrayEnumerate(at) AS ix
                      FROM (
                        SELECT
                          scope,
                          arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, n1, t0, t1, t2, t3, t4, t5))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(ifNull(kind IN ({p0:String}, {p1:String}), 0) AND ifNull(totalFen >= multiIf(1, toNullable({p2:Int64}), NULL), 0), 1, 0)) AS m0,
                            CAST(toInt32(signedOn), 'Nullable(Int64)') AS n0,
                            CAST(totalFen, 'Nullable(Int64)') AS n1,
                            CAST(contractId, 'Nullable(String)') AS t0,
                            CAST(listingId, 'Nullable(String)') AS t1,
                            CAST(villageCode, 'Nullable(String)') AS t2,
                            CAST(name, 'Nullable(String)') AS t3,
                            CAST(townshipCode, 'Nullable(String)') AS t4,
                            CAST(assetId, 'Nullable(String)') AS t5
                          FROM cur_assets_contract FINAL
                          WHERE ((ifNull(kind IN ({p0:String}, {p1:String}), 0) AND ifNull(totalFen >= multiIf(1, toNullable({p2:Int64}), NULL), 0)))
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
                            any(r.t3) AS t3,
                            any(r.t4) AS t4,
                            any(r.t5) AS t5
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
                              linked.t3 AS t3,
                              linked.t4 AS t4,
                              linked.t5 AS t5
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
                                CAST(NULL, 'Nullable(Int64)') AS n0,
                                CAST(NULL, 'Nullable(Int64)') AS n1,
                                CAST(contractId, 'Nullable(String)') AS t0,
                                CAST(listingId, 'Nullable(String)') AS t1,
                                CAST(NULL, 'Nullable(String)') AS t2,
                                CAST(NULL, 'Nullable(String)') AS t3,
                                CAST(NULL, 'Nullable(String)') AS t4,
                                CAST(NULL, 'Nullable(String)') AS t5,
                                assumeNotNull(CAST(contractId, 'Nullable(String)')) AS k0
                              FROM cur_trading_deal_by_contractId FINAL
                              WHERE contractId IS NOT NULL
                            ) AS linked
                            INNER JOIN (
                              SELECT DISTINCT
                                assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                                assumeNotNull(CAST(contractId, 'Nullable(String)')) AS k0
                              FROM cur_assets_contract FINAL
                              WHERE contractId IS NOT NULL
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
                              linked.t3 AS t3,
                              linked.t4 AS t4,
                              linked.t5 AS t5
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
                                CAST(NULL, 'Nullable(Int64)') AS n0,
                                CAST(NULL, 'Nullable(Int64)') AS n1,
                                CAST(contractId, 'Nullable(String)') AS t0,
                                CAST(listingId, 'Nullable(String)') AS t1,
                                CAST(NULL, 'Nullable(String)') AS t2,
                                CAST(NULL, 'Nullable(String)') AS t3,
                                CAST(NULL, 'Nullable(String)') AS t4,
                                CAST(NULL, 'Nullable(String)') AS t5,
                                assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                              FROM cur_trading_deal FINAL
                              WHERE listingId IS NOT NULL
                            ) AS linked
                            INNER JOIN (
                              SELECT DISTINCT
                                assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                                assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                              FROM cur_assets_contract FINAL
                              WHERE listingId IS NOT NULL
                            ) AS subjects ON linked.k0 = subjects.k0
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
    WHERE hit OR due > 0
  )
)
