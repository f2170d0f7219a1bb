WITH
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(counted0[first])) AS peerCount_figure,
  toString(stat0[first]) AS peerStat_figure,
  toString(arrayMap((x1) -> ifNull(x1, 0), own0)[first]) AS peerValue_figure,
  toString(0) AS startMs_figure,
  toString(contract_name[first]) AS contractName_figure,
  toString(contract_signedOn[first]) AS signedOn_figure,
  toString(contract_totalFen[first]) AS totalFen_figure,
  toString(contract_objectKind[first]) AS objectKind_figure,
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
      peerCount_figure,
      peerStat_figure,
      peerValue_figure,
      startMs_figure,
      contractName_figure,
      signedOn_figure,
      totalFen_figure,
      objectKind_figure
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
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), tupleElement(holding, 2)), arrayMap(p -> (toUInt32(p), toUInt8(1)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), counted0), arrayEnumerate(contract_at))))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)')), arrayFilter((x1, x2, x3, x4, x5) -> (x2 AND arrayExists((x6, x7, x8, x9) -> (x6 AND ((ifNull(x3 = x7, 0) AND ifNull(x4 = x8, 0)) AND ifNull(x5 = x9, 0))), arrayMap((w0) -> bitAnd(w0, 1) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 13), tupleElement(timeline, 14), tupleElement(timeline, 15))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 2) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 13), n + 1), arraySlice(tupleElement(timeline, 14), n + 1), arraySlice(tupleElement(timeline, 15), n + 1)))), 0) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((x1) -> (NOT ((tupleElement(x1, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter((x1, x2) -> x2, arrayMap((x1, x2, x3, x4) -> (toInt64(x1), toInt64(x2), toInt64(x3), toInt64(x4)), contract_at, contract_places, arrayEnumerate(contract_at), arrayMap((x1) -> 0, contract_at)), holds) AS met
            FROM (
              SELECT *,
                arrayMap((x1, x2, x3) -> ((length(x1) >= {p2:Int64}) AND ifNull(toInt128(x3) * 100 < toInt128(x2) * {p3:Int64}, 0)), sorted0, stat0, own0) AS holds
              FROM (
                SELECT *,
                  arrayMap((x1) -> toInt64(intDiv(toInt128(x1[intDiv(length(x1) + 1, 2)]) + toInt128(x1[intDiv(length(x1), 2) + 1]), 2)), sorted0) AS stat0
                FROM (
                  SELECT *,
                    arrayMap((x1) -> arraySort(arrayMap((x2) -> ifNull(x2, 0), arrayFilter((x2) -> (NOT (x2 IS NULL)), arrayMap((x2) -> values0[x2], tupleElement(x1, 1))))), counted0) AS sorted0
                  FROM (
                    SELECT *,
                      arrayMap((x1, x2, x3) -> arrayFilter((x4) -> (((NOT ifNull(c_t3[tupleElement(x4, 1)] = x2, 0)) AND ifNull(c_n0[tupleElement(x4, 1)] <= x3, 0)) AND ifNull((x3 + -365) <= c_n0[tupleElement(x4, 1)], 0)), x1), standing0, contract_contractId, contract_signedOn) AS counted0
                    FROM (
                      SELECT *,
                        arrayMap((x1, x2, x3, x4, x5) -> arrayFilter((x6, x7, x8, x9) -> ((ifNull(x7 = x3, 0) AND ifNull(x8 = x4, 0)) AND ifNull(x9 = x5, 0)), arrayMap((x6, x7) -> (toInt64(x6), toInt64(x7), toInt64(0)), peer_places, peer_at), peer_townshipCode, peer_kind, peer_objectKind), contract_places, contract_places, contract_townshipCode, contract_kind, contract_objectKind) AS standing0,
                        arrayMap((x1, x2) -> if(ifNull(x2, 0) > 0, toInt64(intDiv(toInt128(x1) * 10000, toInt128(greatest(ifNull(x2, 1), 1)))), NULL), c_n1, c_n2) AS values0,
                        arrayMap((x1, x2) -> if(ifNull(x2, 0) > 0, toInt64(intDiv(toInt128(x1) * 10000, toInt128(greatest(ifNull(x2, 1), 1)))), NULL), contract_annualFen, contract_areaMu) AS own0
                      FROM (
                        SELECT *,
                          arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS contract_places,
                          arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS contract_at,
                          arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS peer_places,
                          arrayFilter((x, m) -> bitTest(m, 1), at, c_m0) AS peer_at,
                          arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS contract_townshipCode,
                          arrayFilter((x, m) -> bitTest(m, 0), c_t1, c_m0) AS contract_kind,
                          arrayFilter((x, m) -> bitTest(m, 0), c_t2, c_m0) AS contract_objectKind,
                          arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS peer_townshipCode,
                          arrayFilter((x, m) -> bitTest(m, 1), c_t1, c_m0) AS peer_kind,
                          arrayFilter((x, m) -> bitTest(m, 1), c_t2, c_m0) AS peer_objectKind,
                          arrayFilter((x, m) -> bitTest(m, 0), c_t3, c_m0) AS contract_contractId,
                          arrayFilter((x, m) -> bitTest(m, 0), c_n0, c_m0) AS contract_signedOn,
                          arrayFilter((x, m) -> bitTest(m, 0), c_n1, c_m0) AS contract_annualFen,
                          arrayFilter((x, m) -> bitTest(m, 0), c_n2, c_m0) AS contract_areaMu,
                          arrayFilter((x, m) -> bitTest(m, 0), c_t4, c_m0) AS contract_name,
                          arrayFilter((x, m) -> bitTest(m, 0), c_n3, c_m0) AS contract_totalFen,
                          arrayFilter((x, m) -> bitTest(m, 0), c_t5, c_m0) AS contract_villageCode,
                          arrayFilter((x, m) -> bitTest(m, 0), c_t6, c_m0) AS contract_assetId
                        FROM (
                          SELECT *,
                            arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                            arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                            arraySlice(tupleElement(timeline, 13), 1, n) AS c_t0,
                            arraySlice(tupleElement(timeline, 14), 1, n) AS c_t1,
                            arraySlice(tupleElement(timeline, 15), 1, n) AS c_t2,
                            arraySlice(tupleElement(timeline, 16), 1, n) AS c_t3,
                            arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                            arraySlice(tupleElement(timeline, 10), 1, n) AS c_n1,
                            arraySlice(tupleElement(timeline, 11), 1, n) AS c_n2,
                            arraySlice(tupleElement(timeline, 17), 1, n) AS c_t4,
                            arraySlice(tupleElement(timeline, 12), 1, n) AS c_n3,
                            arraySlice(tupleElement(timeline, 18), 1, n) AS c_t5,
                            arraySlice(tupleElement(timeline, 19), 1, n) AS c_t6,
                            arraySlice(timeline.1, 1, n) AS at,
                            arrayEnumerate(at) AS ix
                          FROM (
                            SELECT
                              scope,
                              arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, n1, n2, n3, t0, t1, t2, t3, t4, t5, t6))) AS timeline
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
                                any(r.n3) AS n3,
                                any(r.t0) AS t0,
                                any(r.t1) AS t1,
                                any(r.t2) AS t2,
                                any(r.t3) AS t3,
                                any(r.t4) AS t4,
                                any(r.t5) AS t5,
                                any(r.t6) AS t6
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
                                  toUInt64(if(ifNull(kind IN ({p0:String}, {p1:String}), 0), 1, 0)) AS m0,
                                  CAST(toInt32(signedOn), 'Nullable(Int64)') AS n0,
                                  CAST(annualFen, 'Nullable(Int64)') AS n1,
                                  CAST(areaMu * 10000, 'Nullable(Int64)') AS n2,
                                  CAST(totalFen, 'Nullable(Int64)') AS n3,
                                  CAST(townshipCode, 'Nullable(String)') AS t0,
                                  CAST(kind, 'Nullable(String)') AS t1,
                                  CAST(objectKind, 'Nullable(String)') AS t2,
                                  CAST(contractId, 'Nullable(String)') AS t3,
                                  CAST(name, 'Nullable(String)') AS t4,
                                  CAST(villageCode, 'Nullable(String)') AS t5,
                                  CAST(assetId, 'Nullable(String)') AS t6
                                FROM cur_assets_contract FINAL
                                WHERE ((ifNull(kind IN ({p0:String}, {p1:String}), 0)))
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
                                  linked.n3 AS n3,
                                  linked.t0 AS t0,
                                  linked.t1 AS t1,
                                  linked.t2 AS t2,
                                  linked.t3 AS t3,
                                  linked.t4 AS t4,
                                  linked.t5 AS t5,
                                  linked.t6 AS t6
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
                                    CAST(toInt32(signedOn), 'Nullable(Int64)') AS n0,
                                    CAST(annualFen, 'Nullable(Int64)') AS n1,
                                    CAST(areaMu * 10000, 'Nullable(Int64)') AS n2,
                                    CAST(totalFen, 'Nullable(Int64)') AS n3,
                                    CAST(townshipCode, 'Nullable(String)') AS t0,
                                    CAST(kind, 'Nullable(String)') AS t1,
                                    CAST(objectKind, 'Nullable(String)') AS t2,
                                    CAST(contractId, 'Nullable(String)') AS t3,
                                    CAST(name, 'Nullable(String)') AS t4,
                                    CAST(villageCode, 'Nullable(String)') AS t5,
                                    CAST(assetId, 'Nullable(String)') AS t6,
                                    assumeNotNull(CAST(townshipCode, 'Nullable(String)')) AS k0,
                                    assumeNotNull(CAST(kind, 'Nullable(String)')) AS k1,
                                    assumeNotNull(CAST(objectKind, 'Nullable(String)')) AS k2
                                  FROM cur_assets_contract FINAL
                                  WHERE townshipCode IS NOT NULL
                                    AND kind IS NOT NULL
                                    AND objectKind IS NOT NULL
                                ) AS linked
                                INNER JOIN (
                                  SELECT DISTINCT
                                    assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                                    assumeNotNull(CAST(townshipCode, 'Nullable(String)')) AS k0,
                                    assumeNotNull(CAST(kind, 'Nullable(String)')) AS k1,
                                    assumeNotNull(CAST(objectKind, 'Nullable(String)')) AS k2
                                  FROM cur_assets_contract FINAL
                                  WHERE townshipCode IS NOT NULL
                                    AND kind IS NOT NULL
                                    AND objectKind IS NOT NULL
                                ) AS subjects ON linked.k0 = subjects.k0 AND linked.k1 = subjects.k1 AND linked.k2 = subjects.k2
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
    )
    WHERE hit OR due > 0
  )
)
