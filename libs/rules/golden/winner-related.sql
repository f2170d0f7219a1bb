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
  toString(length(counted0[first])) AS listedCount_figure,
  toString(length(counted1[first])) AS namesakeCount_figure,
  toString(length(counted3[first])) AS uncodedCount_figure,
  toString(0) AS startMs_figure,
  toString(arrayFilter((listing_title_i) -> (NOT (listing_title_i IS NULL)), listing_title)[-1]) AS title_figure,
  toString(deal_dealtOn[first]) AS dealtOn_figure,
  toString(deal_annualFen[first]) AS annualFen_figure,
  toString(deal_villageCode[first]) AS villageCode_subject,
  toString(arrayFilter(
    (listing_townshipCode_i) -> (NOT (listing_townshipCode_i IS NULL)),
    listing_townshipCode
  )[-1]) AS townshipCode_subject,
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
      listedCount_figure,
      namesakeCount_figure,
      uncodedCount_figure,
      startMs_figure,
      title_figure,
      dealtOn_figure,
      annualFen_figure
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
            p -> (toUInt32(p), toUInt8(1 /* listed */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap(
                (x1, x2) -> arrayResize(x2, if(x1, length(x2), 0)),
                arrayMap((counted0_i) -> (length(counted0_i) >= {p1:Int64}), counted0),
                arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)
              ),
              arrayEnumerate(deal_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* namesake */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap(
                (x1, x2) -> arrayResize(x2, if(x1, length(x2), 0)),
                arrayMap((counted1_i) -> (length(counted1_i) >= {p1:Int64}), counted1),
                arrayMap((counted1_i) -> tupleElement(counted1_i, 1), counted1)
              ),
              arrayEnumerate(deal_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* listed */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap(
                (x1, x2) -> arrayResize(x2, if(x1, length(x2), 0)),
                arrayMap((counted2_i) -> (length(counted2_i) >= {p1:Int64}), counted2),
                arrayMap((counted2_i) -> tupleElement(counted2_i, 1), counted2)
              ),
              arrayEnumerate(deal_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(3 /* uncoded */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap(
                (x1, x2) -> arrayResize(x2, if(x1, length(x2), 0)),
                arrayMap((counted3_i) -> (length(counted3_i) >= {p1:Int64}), counted3),
                arrayMap((counted3_i) -> tupleElement(counted3_i, 1), counted3)
              ),
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
              arrayConcat(
                arrayConcat(
                  CAST([], 'Array(Int64)'),
                  arrayFilter(
                    (x1, x2) -> x2,
                    arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                    arrayMap(
                      (w0) -> bitAnd(w0, 25) != 0 /* deal, uncoded, listing */,
                      arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                    )
                  )
                ),
                CAST([], 'Array(Int64)')
              ),
              arrayFilter(
                (x1, x2, x3, x4) -> (
                  x2
                  AND arrayExists(
                    (x5, x6, x7) -> (x5 AND (ifNull(x3 = x6, 0) OR ifNull(x4 = x7, 0))),
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* deal */, tupleElement(timeline, 8 /* marks */)),
                    tupleElement(timeline, 11 /* cell_winner_or_others */),
                    tupleElement(timeline, 12 /* cell_winnerCreditCode_or_others */)
                  )
                ),
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 2) != 0 /* listed */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                ),
                arraySlice(tupleElement(timeline, 11 /* cell_winner_or_others */), existing + 1),
                arraySlice(tupleElement(timeline, 12 /* cell_winnerCreditCode_or_others */), existing + 1)
              )
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* deal */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 11 /* cell_winner_or_others */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 4) != 0 /* namesake */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_winner_or_others */), existing + 1)
            )
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
                        (x1, x2) -> if(x1, toInt64(x2), toInt64(0)),
                        arrayMap(
                          (x1, x2) -> (x1 OR x2),
                          arrayMap((counted0_i) -> (length(counted0_i) >= {p1:Int64}), counted0),
                          arrayMap((counted1_i) -> (length(counted1_i) >= {p1:Int64}), counted1)
                        ),
                        arrayMap(
                          (x1, x2) -> ifNull(arrayMin([toInt64(x1), toInt64(x2)]), 0),
                          arrayMap(
                            (x1, x2) -> if(x1, toInt64(x2), toInt64(9000000000000000)),
                            arrayMap((counted0_i) -> (length(counted0_i) >= {p1:Int64}), counted0),
                            arrayMap(
                              (counted0_i) -> if(
                                (length(counted0_i) >= {p1:Int64}),
                                toInt64(tupleElement(counted0_i[greatest({p1:Int64}, 1)], 2)),
                                toInt64(0)
                              ),
                              counted0
                            )
                          ),
                          arrayMap(
                            (x1, x2) -> if(x1, toInt64(x2), toInt64(9000000000000000)),
                            arrayMap((counted1_i) -> (length(counted1_i) >= {p1:Int64}), counted1),
                            arrayMap(
                              (counted1_i) -> if(
                                (length(counted1_i) >= {p1:Int64}),
                                toInt64(tupleElement(counted1_i[greatest({p1:Int64}, 1)], 2)),
                                toInt64(0)
                              ),
                              counted1
                            )
                          )
                        )
                      )
                    ),
                    arrayMap(
                      (x1, x2) -> if(x1, toInt64(x2), toInt64(0)),
                      arrayMap(
                        (x1, x2) -> (x1 OR x2),
                        arrayMap((counted2_i) -> (length(counted2_i) >= {p1:Int64}), counted2),
                        arrayMap((counted3_i) -> (length(counted3_i) >= {p1:Int64}), counted3)
                      ),
                      arrayMap(
                        (x1, x2) -> ifNull(arrayMin([toInt64(x1), toInt64(x2)]), 0),
                        arrayMap(
                          (x1, x2) -> if(x1, toInt64(x2), toInt64(9000000000000000)),
                          arrayMap((counted2_i) -> (length(counted2_i) >= {p1:Int64}), counted2),
                          arrayMap(
                            (counted2_i) -> if(
                              (length(counted2_i) >= {p1:Int64}),
                              toInt64(tupleElement(counted2_i[greatest({p1:Int64}, 1)], 2)),
                              toInt64(0)
                            ),
                            counted2
                          )
                        ),
                        arrayMap(
                          (x1, x2) -> if(x1, toInt64(x2), toInt64(9000000000000000)),
                          arrayMap((counted3_i) -> (length(counted3_i) >= {p1:Int64}), counted3),
                          arrayMap(
                            (counted3_i) -> if(
                              (length(counted3_i) >= {p1:Int64}),
                              toInt64(tupleElement(counted3_i[greatest({p1:Int64}, 1)], 2)),
                              toInt64(0)
                            ),
                            counted3
                          )
                        )
                      )
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
                    (x1, x2) -> (x1 OR x2),
                    arrayMap((counted0_i) -> (length(counted0_i) >= {p1:Int64}), counted0),
                    arrayMap((counted1_i) -> (length(counted1_i) >= {p1:Int64}), counted1)
                  ),
                  arrayMap(
                    (x1, x2) -> (x1 OR x2),
                    arrayMap((counted2_i) -> (length(counted2_i) >= {p1:Int64}), counted2),
                    arrayMap((counted3_i) -> (length(counted3_i) >= {p1:Int64}), counted3)
                  )
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (standing3_i, deal_dealId_i) -> arrayFilter(
                      (standing3_j) -> ifNull(all_dealId[tupleElement(standing3_j, 1)] = deal_dealId_i, 0),
                      standing3_i
                    ),
                    standing3,
                    deal_dealId
                  ) AS counted3
                FROM (
                  SELECT *,
                    arrayMap(
                      (deal_places_i, deal_places_i2, deal_winner_i, deal_winnerCreditCode_i, deal_villageCode_i, deal_dealtOn_i) -> arrayFilter(
                        (x7, listed_entry_j, listed_entryCreditCode_j, listed_villageCode_j, listed_validFrom_j, listed_validTo_j) -> (
                          (
                            (
                              (
                                (
                                  ifNull(listed_entry_j = deal_winner_i, 0)
                                  OR ifNull(listed_entryCreditCode_j = deal_winnerCreditCode_i, 0)
                                )
                                AND ifNull(listed_villageCode_j = deal_villageCode_i, 0)
                              )
                              AND ((listed_validFrom_j IS NULL) OR ifNull(listed_validFrom_j <= deal_dealtOn_i, 0))
                            )
                            AND ((listed_validTo_j IS NULL) OR ifNull(deal_dealtOn_i <= listed_validTo_j, 0))
                          )
                          AND (
                            (listed_entryCreditCode_j IS NULL)
                            OR ifNull(listed_entryCreditCode_j = deal_winnerCreditCode_i, 0)
                          )
                        ),
                        arrayMap(
                          (listed_places_j, listed_at_j) -> (
                            toInt64(listed_places_j),
                            toInt64(listed_at_j),
                            toInt64(0)
                          ),
                          listed_places,
                          listed_at
                        ),
                        listed_entry,
                        listed_entryCreditCode,
                        listed_villageCode,
                        listed_validFrom,
                        listed_validTo
                      ),
                      deal_places,
                      deal_places,
                      deal_winner,
                      deal_winnerCreditCode,
                      deal_villageCode,
                      deal_dealtOn
                    ) AS counted0,
                    arrayMap(
                      (deal_places_i, deal_places_i2, deal_winner_i, deal_villageCode_i, deal_dealtOn_i, deal_winnerCreditCode_i) -> arrayFilter(
                        (x7, namesake_entry_j, namesake_villageCode_j, namesake_validFrom_j, namesake_validTo_j, namesake_entryCreditCode_j) -> (
                          (
                            (
                              (
                                ifNull(namesake_entry_j = deal_winner_i, 0)
                                AND ifNull(namesake_villageCode_j = deal_villageCode_i, 0)
                              )
                              AND ((namesake_validFrom_j IS NULL) OR ifNull(namesake_validFrom_j <= deal_dealtOn_i, 0))
                            )
                            AND ((namesake_validTo_j IS NULL) OR ifNull(deal_dealtOn_i <= namesake_validTo_j, 0))
                          )
                          AND (NOT ifNull(namesake_entryCreditCode_j = deal_winnerCreditCode_i, 0))
                        ),
                        arrayMap(
                          (namesake_places_j, namesake_at_j) -> (
                            toInt64(namesake_places_j),
                            toInt64(namesake_at_j),
                            toInt64(0)
                          ),
                          namesake_places,
                          namesake_at
                        ),
                        namesake_entry,
                        namesake_villageCode,
                        namesake_validFrom,
                        namesake_validTo,
                        namesake_entryCreditCode
                      ),
                      deal_places,
                      deal_places,
                      deal_winner,
                      deal_villageCode,
                      deal_dealtOn,
                      deal_winnerCreditCode
                    ) AS counted1,
                    arrayMap(
                      (deal_places_i, deal_places_i2, deal_winner_i, deal_winnerCreditCode_i, deal_villageCode_i, deal_dealtOn_i) -> arrayFilter(
                        (x7, listed_entry_j, listed_entryCreditCode_j, listed_villageCode_j, listed_validFrom_j, listed_validTo_j) -> (
                          (
                            (
                              (
                                (
                                  ifNull(listed_entry_j = deal_winner_i, 0)
                                  OR ifNull(listed_entryCreditCode_j = deal_winnerCreditCode_i, 0)
                                )
                                AND ifNull(listed_villageCode_j = deal_villageCode_i, 0)
                              )
                              AND ((listed_validFrom_j IS NULL) OR ifNull(listed_validFrom_j <= deal_dealtOn_i, 0))
                            )
                            AND ((listed_validTo_j IS NULL) OR ifNull(deal_dealtOn_i <= listed_validTo_j, 0))
                          )
                          AND (
                            (listed_entryCreditCode_j IS NULL)
                            OR ifNull(listed_entryCreditCode_j = deal_winnerCreditCode_i, 0)
                          )
                        ),
                        arrayMap(
                          (listed_places_j, listed_at_j) -> (
                            toInt64(listed_places_j),
                            toInt64(listed_at_j),
                            toInt64(0)
                          ),
                          listed_places,
                          listed_at
                        ),
                        listed_entry,
                        listed_entryCreditCode,
                        listed_villageCode,
                        listed_validFrom,
                        listed_validTo
                      ),
                      deal_places,
                      deal_places,
                      deal_winner,
                      deal_winnerCreditCode,
                      deal_villageCode,
                      deal_dealtOn
                    ) AS counted2,
                    arrayMap(
                      (deal_places_i, deal_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (uncoded_places_j, uncoded_at_j) -> (
                            toInt64(uncoded_places_j),
                            toInt64(uncoded_at_j),
                            toInt64(0)
                          ),
                          uncoded_places,
                          uncoded_at
                        )
                      ),
                      deal_places,
                      deal_places
                    ) AS standing3
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS deal_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS deal_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS listed_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS listed_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_winner_or_others, all_marks) AS deal_winner,
                      arrayFilter(
                        (x, m) -> bitTest(m, 0),
                        all_winnerCreditCode_or_others,
                        all_marks
                      ) AS deal_winnerCreditCode,
                      arrayFilter((x, m) -> bitTest(m, 1), all_winner_or_others, all_marks) AS listed_entry,
                      arrayFilter(
                        (x, m) -> bitTest(m, 1),
                        all_winnerCreditCode_or_others,
                        all_marks
                      ) AS listed_entryCreditCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS deal_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_dealtOn_or_validFrom, all_marks) AS deal_dealtOn,
                      arrayFilter((x, m) -> bitTest(m, 1), all_villageCode, all_marks) AS listed_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 1), all_dealtOn_or_validFrom, all_marks) AS listed_validFrom,
                      arrayFilter((x, m) -> bitTest(m, 1), all_validTo_or_annualFen, all_marks) AS listed_validTo,
                      arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS namesake_places,
                      arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS namesake_at,
                      arrayFilter((x, m) -> bitTest(m, 2), all_winner_or_others, all_marks) AS namesake_entry,
                      arrayFilter((x, m) -> bitTest(m, 2), all_villageCode, all_marks) AS namesake_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 2), all_dealtOn_or_validFrom, all_marks) AS namesake_validFrom,
                      arrayFilter((x, m) -> bitTest(m, 2), all_validTo_or_annualFen, all_marks) AS namesake_validTo,
                      arrayFilter(
                        (x, m) -> bitTest(m, 2),
                        all_winnerCreditCode_or_others,
                        all_marks
                      ) AS namesake_entryCreditCode,
                      arrayFilter((x, m) -> bitTest(m, 3), all_places, all_marks) AS uncoded_places,
                      arrayFilter((x, m) -> bitTest(m, 3), all_at, all_marks) AS uncoded_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_dealId, all_marks) AS deal_dealId,
                      arrayFilter((x, m) -> bitTest(m, 4), all_winner_or_others, all_marks) AS listing_title,
                      arrayFilter((x, m) -> bitTest(m, 0), all_validTo_or_annualFen, all_marks) AS deal_annualFen,
                      arrayFilter(
                        (x, m) -> bitTest(m, 4),
                        all_winnerCreditCode_or_others,
                        all_marks
                      ) AS listing_townshipCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_assetId, all_marks) AS deal_assetId,
                      arrayFilter((x, m) -> bitTest(m, 0), all_contractId, all_marks) AS deal_contractId
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(
                          tupleElement(timeline, 11 /* cell_winner_or_others */),
                          1,
                          existing
                        ) AS all_winner_or_others,
                        arraySlice(
                          tupleElement(timeline, 12 /* cell_winnerCreditCode_or_others */),
                          1,
                          existing
                        ) AS all_winnerCreditCode_or_others,
                        arraySlice(tupleElement(timeline, 13 /* cell_villageCode */), 1, existing) AS all_villageCode,
                        arraySlice(
                          tupleElement(timeline, 9 /* cell_dealtOn_or_validFrom */),
                          1,
                          existing
                        ) AS all_dealtOn_or_validFrom,
                        arraySlice(
                          tupleElement(timeline, 10 /* cell_validTo_or_annualFen */),
                          1,
                          existing
                        ) AS all_validTo_or_annualFen,
                        arraySlice(tupleElement(timeline, 14 /* cell_dealId */), 1, existing) AS all_dealId,
                        arraySlice(tupleElement(timeline, 15 /* cell_assetId */), 1, existing) AS all_assetId,
                        arraySlice(tupleElement(timeline, 16 /* cell_contractId */), 1, existing) AS all_contractId,
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
                            cell_dealtOn_or_validFrom,
                            cell_validTo_or_annualFen,
                            cell_winner_or_others,
                            cell_winnerCreditCode_or_others,
                            cell_villageCode,
                            cell_dealId,
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
                            toUInt64(1 /* deal */ + if(winnerCreditCode IS NULL, 8 /* uncoded */, 0)) AS marks,
                            CAST(toInt32(dealtOn), 'Nullable(Int64)') AS cell_dealtOn_or_validFrom,
                            CAST(annualFen, 'Nullable(Int64)') AS cell_validTo_or_annualFen,
                            CAST(winner, 'Nullable(String)') AS cell_winner_or_others,
                            CAST(winnerCreditCode, 'Nullable(String)') AS cell_winnerCreditCode_or_others,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                            CAST(dealId, 'Nullable(String)') AS cell_dealId,
                            CAST(assetId, 'Nullable(String)') AS cell_assetId,
                            CAST(contractId, 'Nullable(String)') AS cell_contractId
                          FROM cur_trading_deal FINAL
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
                            groupBitOr(r.marks) AS marks,
                            any(r.cell_dealtOn_or_validFrom) AS cell_dealtOn_or_validFrom,
                            any(r.cell_validTo_or_annualFen) AS cell_validTo_or_annualFen,
                            any(r.cell_winner_or_others) AS cell_winner_or_others,
                            any(r.cell_winnerCreditCode_or_others) AS cell_winnerCreditCode_or_others,
                            any(r.cell_villageCode) AS cell_villageCode,
                            any(r.cell_dealId) AS cell_dealId,
                            any(r.cell_assetId) AS cell_assetId,
                            any(r.cell_contractId) AS cell_contractId
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
                              linked.cell_dealtOn_or_validFrom AS cell_dealtOn_or_validFrom,
                              linked.cell_validTo_or_annualFen AS cell_validTo_or_annualFen,
                              linked.cell_winner_or_others AS cell_winner_or_others,
                              linked.cell_winnerCreditCode_or_others AS cell_winnerCreditCode_or_others,
                              linked.cell_villageCode AS cell_villageCode,
                              linked.cell_dealId AS cell_dealId,
                              linked.cell_assetId AS cell_assetId,
                              linked.cell_contractId AS cell_contractId
                            FROM (
                              SELECT
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(0 /* directory.list-entry */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(if(ifNull(list = {p0:String}, 0), 2 /* listed */, 0)) AS marks,
                                CAST(toInt32(validFrom), 'Nullable(Int64)') AS cell_dealtOn_or_validFrom,
                                CAST(toInt32(validTo), 'Nullable(Int64)') AS cell_validTo_or_annualFen,
                                CAST(entry, 'Nullable(String)') AS cell_winner_or_others,
                                CAST(entryCreditCode, 'Nullable(String)') AS cell_winnerCreditCode_or_others,
                                CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                CAST(NULL, 'Nullable(String)') AS cell_dealId,
                                CAST(NULL, 'Nullable(String)') AS cell_assetId,
                                CAST(NULL, 'Nullable(String)') AS cell_contractId,
                                assumeNotNull(CAST(entry, 'Nullable(String)')) AS k0
                              FROM cur_directory_list_entry_by_entry FINAL
                              WHERE entry IS NOT NULL
                                AND ((ifNull(list = {p0:String}, 0)))
                            ) AS linked
                            INNER JOIN (
                              SELECT DISTINCT
                                assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                                assumeNotNull(CAST(winner, 'Nullable(String)')) AS k0
                              FROM cur_trading_deal FINAL
                              WHERE winner IS NOT NULL
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
                              linked.marks AS marks,
                              linked.cell_dealtOn_or_validFrom AS cell_dealtOn_or_validFrom,
                              linked.cell_validTo_or_annualFen AS cell_validTo_or_annualFen,
                              linked.cell_winner_or_others AS cell_winner_or_others,
                              linked.cell_winnerCreditCode_or_others AS cell_winnerCreditCode_or_others,
                              linked.cell_villageCode AS cell_villageCode,
                              linked.cell_dealId AS cell_dealId,
                              linked.cell_assetId AS cell_assetId,
                              linked.cell_contractId AS cell_contractId
                            FROM (
                              SELECT
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(0 /* directory.list-entry */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(if(ifNull(list = {p0:String}, 0), 2 /* listed */, 0)) AS marks,
                                CAST(toInt32(validFrom), 'Nullable(Int64)') AS cell_dealtOn_or_validFrom,
                                CAST(toInt32(validTo), 'Nullable(Int64)') AS cell_validTo_or_annualFen,
                                CAST(entry, 'Nullable(String)') AS cell_winner_or_others,
                                CAST(entryCreditCode, 'Nullable(String)') AS cell_winnerCreditCode_or_others,
                                CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                CAST(NULL, 'Nullable(String)') AS cell_dealId,
                                CAST(NULL, 'Nullable(String)') AS cell_assetId,
                                CAST(NULL, 'Nullable(String)') AS cell_contractId,
                                assumeNotNull(CAST(entryCreditCode, 'Nullable(String)')) AS k0
                              FROM cur_directory_list_entry FINAL
                              WHERE entryCreditCode IS NOT NULL
                                AND ((ifNull(list = {p0:String}, 0)))
                            ) AS linked
                            INNER JOIN (
                              SELECT DISTINCT
                                assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                                assumeNotNull(CAST(winnerCreditCode, 'Nullable(String)')) AS k0
                              FROM cur_trading_deal FINAL
                              WHERE winnerCreditCode IS NOT NULL
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
                              linked.marks AS marks,
                              linked.cell_dealtOn_or_validFrom AS cell_dealtOn_or_validFrom,
                              linked.cell_validTo_or_annualFen AS cell_validTo_or_annualFen,
                              linked.cell_winner_or_others AS cell_winner_or_others,
                              linked.cell_winnerCreditCode_or_others AS cell_winnerCreditCode_or_others,
                              linked.cell_villageCode AS cell_villageCode,
                              linked.cell_dealId AS cell_dealId,
                              linked.cell_assetId AS cell_assetId,
                              linked.cell_contractId AS cell_contractId
                            FROM (
                              SELECT
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(0 /* directory.list-entry */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(if(
                                  ifNull(list = {p0:String}, 0) AND entryCreditCode IS NOT NULL,
                                  4 /* namesake */,
                                  0
                                )) AS marks,
                                CAST(toInt32(validFrom), 'Nullable(Int64)') AS cell_dealtOn_or_validFrom,
                                CAST(toInt32(validTo), 'Nullable(Int64)') AS cell_validTo_or_annualFen,
                                CAST(entry, 'Nullable(String)') AS cell_winner_or_others,
                                CAST(entryCreditCode, 'Nullable(String)') AS cell_winnerCreditCode_or_others,
                                CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                CAST(NULL, 'Nullable(String)') AS cell_dealId,
                                CAST(NULL, 'Nullable(String)') AS cell_assetId,
                                CAST(NULL, 'Nullable(String)') AS cell_contractId,
                                assumeNotNull(CAST(entry, 'Nullable(String)')) AS k0
                              FROM cur_directory_list_entry_by_entry FINAL
                              WHERE entry IS NOT NULL
                                AND ((ifNull(list = {p0:String}, 0) AND entryCreditCode IS NOT NULL))
                            ) AS linked
                            INNER JOIN (
                              SELECT DISTINCT
                                assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                                assumeNotNull(CAST(winner, 'Nullable(String)')) AS k0
                              FROM cur_trading_deal FINAL
                              WHERE winner IS NOT NULL
                            ) AS subjects ON linked.k0 = subjects.k0
                          ) AS r
                          GROUP BY scope, atMs, ord, id, type
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
                            toUInt64(16 /* listing */) AS marks,
                            CAST(NULL, 'Nullable(Int64)') AS cell_dealtOn_or_validFrom,
                            CAST(NULL, 'Nullable(Int64)') AS cell_validTo_or_annualFen,
                            CAST(title, 'Nullable(String)') AS cell_winner_or_others,
                            CAST(townshipCode, 'Nullable(String)') AS cell_winnerCreditCode_or_others,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                            CAST(NULL, 'Nullable(String)') AS cell_dealId,
                            CAST(NULL, 'Nullable(String)') AS cell_assetId,
                            CAST(NULL, 'Nullable(String)') AS cell_contractId
                          FROM cur_trading_listing FINAL
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
