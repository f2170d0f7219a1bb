WITH
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(counted0[first])) AS listingCount_figure,
  toString(length(counted1[first])) AS ownCount_figure,
  toString(length(counted2[first])) AS otherCount_figure,
  toString(0) AS startMs_figure,
  toString(c_t0[arrayMax(arrayConcat(CAST([], 'Array(Int64)'), arrayMap((x1) -> tupleElement(x1, 1), counted0)[first]))]) AS title_figure,
  toString(deal_annualFen[first]) AS dealAnnualFen_figure,
  toString(deal_dealtOn[first]) AS dealtOn_figure,
  toString(deal_villageCode[first]) AS villageCode_subject,
  toString(c_t1[arrayMax(arrayConcat(CAST([], 'Array(Int64)'), arrayMap((x1) -> tupleElement(x1, 1), counted0)[first]))]) AS townshipCode_subject,
  toString(deal_assetId[first]) AS assetId_subject,
  toString(deal_contractId[first]) AS contractId_subject
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
      listingCount_figure,
      ownCount_figure,
      otherCount_figure,
      startMs_figure,
      title_figure,
      dealAnnualFen_figure,
      dealtOn_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      villageCode_subject,
      townshipCode_subject,
      assetId_subject,
      contractId_subject
    ], 'Array(Nullable(String))')
  ) AS r0
FROM (
  SELECT *,
    arraySlice(arraySort(arrayDistinct(proof.1)), 1, 200) AS shown
  FROM (
    SELECT *,
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), tupleElement(holding, 2)), arrayMap(p -> (toUInt32(p), toUInt8(1)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), counted0), arrayEnumerate(deal_at)))), arrayMap(p -> (toUInt32(p), toUInt8(2)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), counted1), arrayEnumerate(deal_at)))), arrayMap(p -> (toUInt32(p), toUInt8(3)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), standing2), arrayEnumerate(deal_at))))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 7) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)'))), 0) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((x1) -> (NOT ((tupleElement(x1, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter((x1, x2) -> x2, arrayMap((x1, x2, x3, x4) -> (toInt64(x1), toInt64(x2), toInt64(x3), toInt64(x4)), arrayMap((x1, x2) -> greatest(x1, x2), arrayMap((x1, x2) -> greatest(x1, x2), deal_at, arrayMap((x1) -> if((length(x1) >= {p0:Int64}), toInt64(tupleElement(x1[greatest({p0:Int64}, 1)], 2)), toInt64(0)), counted0)), arrayMap((x1) -> if((length(x1) >= {p0:Int64}), toInt64(tupleElement(x1[greatest({p0:Int64}, 1)], 2)), toInt64(0)), counted1)), deal_places, arrayEnumerate(deal_at), arrayMap((x1) -> 0, deal_at)), holds) AS met
            FROM (
              SELECT *,
                arrayMap((x1, x2) -> (x1 AND x2), arrayMap((x1, x2) -> (x1 AND x2), arrayMap((x1) -> (length(x1) >= {p0:Int64}), counted0), arrayMap((x1) -> (length(x1) >= {p0:Int64}), counted1)), arrayMap((x1) -> (NOT notEmpty(x1)), counted2)) AS holds
              FROM (
                SELECT *,
                  arrayMap((x1, x2) -> arrayFilter((x3) -> ifNull(c_n0[tupleElement(x3, 1)] = x2, 0), x1), standing0, deal_annualFen) AS counted0,
                  arrayMap((x1, x2) -> arrayFilter((x3) -> ifNull(c_t0[tupleElement(x3, 1)] = x2, 0), x1), standing1, deal_winner) AS counted1,
                  arrayMap((x1, x2) -> arrayFilter((x3) -> (NOT ifNull(c_t0[tupleElement(x3, 1)] = x2, 0)), x1), standing2, deal_winner) AS counted2
                FROM (
                  SELECT *,
                    arrayMap((x1, x2) -> arrayFilter((x3) -> 1, arrayMap((x3, x4) -> (toInt64(x3), toInt64(x4), toInt64(0)), listing_places, listing_at)), deal_places, deal_places) AS standing0,
                    arrayMap((x1, x2) -> arrayFilter((x3) -> 1, arrayMap((x3, x4) -> (toInt64(x3), toInt64(x4), toInt64(0)), own_places, own_at)), deal_places, deal_places) AS standing1,
                    arrayMap((x1, x2) -> arrayFilter((x3) -> 1, arrayMap((x3, x4) -> (toInt64(x3), toInt64(x4), toInt64(0)), own_places, own_at)), deal_places, deal_places) AS standing2
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS deal_places,
                      arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS deal_at,
                      arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS listing_places,
                      arrayFilter((x, m) -> bitTest(m, 1), at, c_m0) AS listing_at,
                      arrayFilter((x, m) -> bitTest(m, 0), c_n0, c_m0) AS deal_annualFen,
                      arrayFilter((x, m) -> bitTest(m, 2), ix, c_m0) AS own_places,
                      arrayFilter((x, m) -> bitTest(m, 2), at, c_m0) AS own_at,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS deal_winner,
                      arrayFilter((x, m) -> bitTest(m, 0), c_n1, c_m0) AS deal_dealtOn,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t1, c_m0) AS deal_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t2, c_m0) AS deal_assetId,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t3, c_m0) AS deal_contractId
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                        arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                        arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                        arraySlice(tupleElement(timeline, 11), 1, n) AS c_t0,
                        arraySlice(tupleElement(timeline, 10), 1, n) AS c_n1,
                        arraySlice(tupleElement(timeline, 12), 1, n) AS c_t1,
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
                            assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(1) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(1) AS m0,
                            CAST(annualFen, 'Nullable(Int64)') AS n0,
                            CAST(toInt32(dealtOn), 'Nullable(Int64)') AS n1,
                            CAST(winner, 'Nullable(String)') AS t0,
                            CAST(villageCode, 'Nullable(String)') AS t1,
                            CAST(assetId, 'Nullable(String)') AS t2,
                            CAST(contractId, 'Nullable(String)') AS t3
                          FROM cur_trading_deal FINAL
                          UNION ALL
                          SELECT
                            assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(2) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(2) AS m0,
                            CAST(floorFen, 'Nullable(Int64)') AS n0,
                            CAST(NULL, 'Nullable(Int64)') AS n1,
                            CAST(title, 'Nullable(String)') AS t0,
                            CAST(townshipCode, 'Nullable(String)') AS t1,
                            CAST(NULL, 'Nullable(String)') AS t2,
                            CAST(NULL, 'Nullable(String)') AS t3
                          FROM cur_trading_listing FINAL
                          UNION ALL
                          SELECT
                            assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(4) AS m0,
                            CAST(NULL, 'Nullable(Int64)') AS n0,
                            CAST(NULL, 'Nullable(Int64)') AS n1,
                            CAST(bidder, 'Nullable(String)') AS t0,
                            CAST(NULL, 'Nullable(String)') AS t1,
                            CAST(NULL, 'Nullable(String)') AS t2,
                            CAST(NULL, 'Nullable(String)') AS t3
                          FROM cur_trading_bid FINAL
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
