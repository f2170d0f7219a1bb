WITH
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
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
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(counted0[first])) AS listingCount_figure,
  toString(length(counted1[first])) AS ownCount_figure,
  toString(length(counted2[first])) AS otherCount_figure,
  toString(0) AS startMs_figure,
  toString(all_winner_or_others[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS title_figure,
  toString(deal_annualFen[first]) AS dealAnnualFen_figure,
  toString(deal_dealtOn[first]) AS dealtOn_figure,
  toString(deal_villageCode[first]) AS villageCode_subject,
  toString(all_villageCode_or_townshipCode[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS townshipCode_subject,
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
      if(
        hit,
        arrayConcat(
          CAST([], 'Array(Tuple(UInt32, UInt8))'),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* deal */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* listing */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
              arrayEnumerate(deal_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* own */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted1_i) -> tupleElement(counted1_i, 1), counted1),
              arrayEnumerate(deal_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(3 /* other */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing2_i) -> tupleElement(standing2_i, 1), standing2),
              arrayEnumerate(deal_at)
            ))
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 7) != 0 /* deal, listing, own, own */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                )
              )
            ),
            CAST([], 'Array(Int64)')
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((met_i) -> (NOT ((tupleElement(met_i, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter(
                (x1, holds_i) -> holds_i,
                arrayMap(
                  (x1, deal_places_i, x3, x4) -> (toInt64(x1), toInt64(deal_places_i), toInt64(x3), toInt64(x4)),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap(
                      (deal_at_i, x2) -> greatest(deal_at_i, x2),
                      deal_at,
                      arrayMap(
                        (counted0_i) -> if(
                          (length(counted0_i) >= {p0:Int64}),
                          toInt64(tupleElement(counted0_i[greatest({p0:Int64}, 1)], 2)),
                          toInt64(0)
                        ),
                        counted0
                      )
                    ),
                    arrayMap(
                      (counted1_i) -> if(
                        (length(counted1_i) >= {p0:Int64}),
                        toInt64(tupleElement(counted1_i[greatest({p0:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      counted1
                    )
                  ),
                  deal_places,
                  arrayEnumerate(deal_at),
                  arrayMap((deal_at_i) -> 0, deal_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap(
                    (x1, x2) -> (x1 AND x2),
                    arrayMap((counted0_i) -> (length(counted0_i) >= {p0:Int64}), counted0),
                    arrayMap((counted1_i) -> (length(counted1_i) >= {p0:Int64}), counted1)
                  ),
                  arrayMap((counted2_i) -> (NOT notEmpty(counted2_i)), counted2)
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (standing0_i, deal_annualFen_i) -> arrayFilter(
                      (standing0_j) -> ifNull(
                        all_annualFen_or_floorFen[tupleElement(standing0_j, 1)] = deal_annualFen_i,
                        0
                      ),
                      standing0_i
                    ),
                    standing0,
                    deal_annualFen
                  ) AS counted0,
                  arrayMap(
                    (standing1_i, deal_winner_i) -> arrayFilter(
                      (standing1_j) -> ifNull(all_winner_or_others[tupleElement(standing1_j, 1)] = deal_winner_i, 0),
                      standing1_i
                    ),
                    standing1,
                    deal_winner
                  ) AS counted1,
                  arrayMap(
                    (standing2_i, deal_winner_i) -> arrayFilter(
                      (standing2_j) -> (NOT ifNull(
                        all_winner_or_others[tupleElement(standing2_j, 1)] = deal_winner_i,
                        0
                      )),
                      standing2_i
                    ),
                    standing2,
                    deal_winner
                  ) AS counted2
                FROM (
                  SELECT *,
                    arrayMap(
                      (deal_places_i, deal_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (listing_places_j, listing_at_j) -> (
                            toInt64(listing_places_j),
                            toInt64(listing_at_j),
                            toInt64(0)
                          ),
                          listing_places,
                          listing_at
                        )
                      ),
                      deal_places,
                      deal_places
                    ) AS standing0,
                    arrayMap(
                      (deal_places_i, deal_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (own_places_j, own_at_j) -> (toInt64(own_places_j), toInt64(own_at_j), toInt64(0)),
                          own_places,
                          own_at
                        )
                      ),
                      deal_places,
                      deal_places
                    ) AS standing1,
                    arrayMap(
                      (deal_places_i, deal_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (own_places_j, own_at_j) -> (toInt64(own_places_j), toInt64(own_at_j), toInt64(0)),
                          own_places,
                          own_at
                        )
                      ),
                      deal_places,
                      deal_places
                    ) AS standing2
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS deal_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS deal_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS listing_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS listing_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_annualFen_or_floorFen, all_marks) AS deal_annualFen,
                      arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS own_places,
                      arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS own_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_winner_or_others, all_marks) AS deal_winner,
                      arrayFilter((x, m) -> bitTest(m, 0), all_dealtOn, all_marks) AS deal_dealtOn,
                      arrayFilter(
                        (x, m) -> bitTest(m, 0),
                        all_villageCode_or_townshipCode,
                        all_marks
                      ) AS deal_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_assetId, all_marks) AS deal_assetId,
                      arrayFilter((x, m) -> bitTest(m, 0), all_contractId, all_marks) AS deal_contractId
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(
                          tupleElement(timeline, 9 /* cell_annualFen_or_floorFen */),
                          1,
                          existing
                        ) AS all_annualFen_or_floorFen,
                        arraySlice(
                          tupleElement(timeline, 11 /* cell_winner_or_others */),
                          1,
                          existing
                        ) AS all_winner_or_others,
                        arraySlice(tupleElement(timeline, 10 /* cell_dealtOn */), 1, existing) AS all_dealtOn,
                        arraySlice(
                          tupleElement(timeline, 12 /* cell_villageCode_or_townshipCode */),
                          1,
                          existing
                        ) AS all_villageCode_or_townshipCode,
                        arraySlice(tupleElement(timeline, 13 /* cell_assetId */), 1, existing) AS all_assetId,
                        arraySlice(tupleElement(timeline, 14 /* cell_contractId */), 1, existing) AS all_contractId,
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
                            cell_annualFen_or_floorFen,
                            cell_dealtOn,
                            cell_winner_or_others,
                            cell_villageCode_or_townshipCode,
                            cell_assetId,
                            cell_contractId
                          ))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(1 /* trading.deal */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(1 /* deal */) AS marks,
                            CAST(annualFen, 'Nullable(Int64)') AS cell_annualFen_or_floorFen,
                            CAST(toInt32(dealtOn), 'Nullable(Int64)') AS cell_dealtOn,
                            CAST(winner, 'Nullable(String)') AS cell_winner_or_others,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode_or_townshipCode,
                            CAST(assetId, 'Nullable(String)') AS cell_assetId,
                            CAST(contractId, 'Nullable(String)') AS cell_contractId
                          FROM cur_trading_deal FINAL
                          UNION ALL
                          SELECT
                            assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(2 /* trading.listing */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(2 /* listing */) AS marks,
                            CAST(floorFen, 'Nullable(Int64)') AS cell_annualFen_or_floorFen,
                            CAST(NULL, 'Nullable(Int64)') AS cell_dealtOn,
                            CAST(title, 'Nullable(String)') AS cell_winner_or_others,
                            CAST(townshipCode, 'Nullable(String)') AS cell_villageCode_or_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_assetId,
                            CAST(NULL, 'Nullable(String)') AS cell_contractId
                          FROM cur_trading_listing FINAL
                          UNION ALL
                          SELECT
                            assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0 /* trading.bid */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(4 /* own */) AS marks,
                            CAST(NULL, 'Nullable(Int64)') AS cell_annualFen_or_floorFen,
                            CAST(NULL, 'Nullable(Int64)') AS cell_dealtOn,
                            CAST(bidder, 'Nullable(String)') AS cell_winner_or_others,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode_or_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_assetId,
                            CAST(NULL, 'Nullable(String)') AS cell_contractId
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
