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
  toString(length(standing3[first])) AS uncodedCount_figure,
  toString(0) AS startMs_figure,
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
      listedCount_figure,
      namesakeCount_figure,
      uncodedCount_figure,
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
      if(
        hit,
        arrayConcat(
          CAST([], 'Array(Tuple(UInt32, UInt8))'),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* contract */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* listed */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap(
                (x1, x2) -> arrayResize(x2, if(x1, length(x2), 0)),
                arrayMap((counted0_i) -> (length(counted0_i) >= {p3:Int64}), counted0),
                arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)
              ),
              arrayEnumerate(contract_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* namesake */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap(
                (x1, x2) -> arrayResize(x2, if(x1, length(x2), 0)),
                arrayMap((counted1_i) -> (length(counted1_i) >= {p3:Int64}), counted1),
                arrayMap((counted1_i) -> tupleElement(counted1_i, 1), counted1)
              ),
              arrayEnumerate(contract_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* listed */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap(
                (x1, x2) -> arrayResize(x2, if(x1, length(x2), 0)),
                arrayMap((counted2_i) -> (length(counted2_i) >= {p3:Int64}), counted2),
                arrayMap((counted2_i) -> tupleElement(counted2_i, 1), counted2)
              ),
              arrayEnumerate(contract_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(3 /* uncoded */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap(
                (x1, x2) -> arrayResize(x2, if(x1, length(x2), 0)),
                arrayMap((standing3_i) -> (length(standing3_i) >= {p3:Int64}), standing3),
                arrayMap((standing3_i) -> tupleElement(standing3_i, 1), standing3)
              ),
              arrayEnumerate(contract_at)
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
                      (w0) -> bitAnd(w0, 9) != 0 /* contract, uncoded */,
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
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* contract */, tupleElement(timeline, 8 /* marks */)),
                    tupleElement(timeline, 11 /* cell_lessee_or_entry */),
                    tupleElement(timeline, 12 /* cell_lesseeCreditCode_or_entryCreditCode */)
                  )
                ),
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 2) != 0 /* listed */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                ),
                arraySlice(tupleElement(timeline, 11 /* cell_lessee_or_entry */), existing + 1),
                arraySlice(tupleElement(timeline, 12 /* cell_lesseeCreditCode_or_entryCreditCode */), existing + 1)
              )
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* contract */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 11 /* cell_lessee_or_entry */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 4) != 0 /* namesake */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_lessee_or_entry */), existing + 1)
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
                  (x1, contract_places_i, x3, x4) -> (
                    toInt64(x1),
                    toInt64(contract_places_i),
                    toInt64(x3),
                    toInt64(x4)
                  ),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap(
                      (contract_at_i, x2) -> greatest(contract_at_i, x2),
                      contract_at,
                      arrayMap(
                        (x1, x2) -> if(x1, toInt64(x2), toInt64(0)),
                        arrayMap(
                          (x1, x2) -> (x1 OR x2),
                          arrayMap((counted0_i) -> (length(counted0_i) >= {p3:Int64}), counted0),
                          arrayMap((counted1_i) -> (length(counted1_i) >= {p3:Int64}), counted1)
                        ),
                        arrayMap(
                          (x1, x2) -> ifNull(arrayMin([toInt64(x1), toInt64(x2)]), 0),
                          arrayMap(
                            (x1, x2) -> if(x1, toInt64(x2), toInt64(9000000000000000)),
                            arrayMap((counted0_i) -> (length(counted0_i) >= {p3:Int64}), counted0),
                            arrayMap(
                              (counted0_i) -> if(
                                (length(counted0_i) >= {p3:Int64}),
                                toInt64(tupleElement(counted0_i[greatest({p3:Int64}, 1)], 2)),
                                toInt64(0)
                              ),
                              counted0
                            )
                          ),
                          arrayMap(
                            (x1, x2) -> if(x1, toInt64(x2), toInt64(9000000000000000)),
                            arrayMap((counted1_i) -> (length(counted1_i) >= {p3:Int64}), counted1),
                            arrayMap(
                              (counted1_i) -> if(
                                (length(counted1_i) >= {p3:Int64}),
                                toInt64(tupleElement(counted1_i[greatest({p3:Int64}, 1)], 2)),
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
                        arrayMap((counted2_i) -> (length(counted2_i) >= {p3:Int64}), counted2),
                        arrayMap((standing3_i) -> (length(standing3_i) >= {p3:Int64}), standing3)
                      ),
                      arrayMap(
                        (x1, x2) -> ifNull(arrayMin([toInt64(x1), toInt64(x2)]), 0),
                        arrayMap(
                          (x1, x2) -> if(x1, toInt64(x2), toInt64(9000000000000000)),
                          arrayMap((counted2_i) -> (length(counted2_i) >= {p3:Int64}), counted2),
                          arrayMap(
                            (counted2_i) -> if(
                              (length(counted2_i) >= {p3:Int64}),
                              toInt64(tupleElement(counted2_i[greatest({p3:Int64}, 1)], 2)),
                              toInt64(0)
                            ),
                            counted2
                          )
                        ),
                        arrayMap(
                          (x1, x2) -> if(x1, toInt64(x2), toInt64(9000000000000000)),
                          arrayMap((standing3_i) -> (length(standing3_i) >= {p3:Int64}), standing3),
                          arrayMap(
                            (standing3_i) -> if(
                              (length(standing3_i) >= {p3:Int64}),
                              toInt64(tupleElement(standing3_i[greatest({p3:Int64}, 1)], 2)),
                              toInt64(0)
                            ),
                            standing3
                          )
                        )
                      )
                    )
                  ),
                  contract_places,
                  arrayEnumerate(contract_at),
                  arrayMap((contract_at_i) -> 0, contract_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap(
                    (x1, x2) -> (x1 OR x2),
                    arrayMap((counted0_i) -> (length(counted0_i) >= {p3:Int64}), counted0),
                    arrayMap((counted1_i) -> (length(counted1_i) >= {p3:Int64}), counted1)
                  ),
                  arrayMap(
                    (x1, x2) -> (x1 OR x2),
                    arrayMap((counted2_i) -> (length(counted2_i) >= {p3:Int64}), counted2),
                    arrayMap((standing3_i) -> (length(standing3_i) >= {p3:Int64}), standing3)
                  )
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (contract_places_i, contract_places_i2, contract_lessee_i, contract_lesseeCreditCode_i, contract_villageCode_i, contract_signedOn_i) -> arrayFilter(
                      (x7, listed_entry_j, listed_entryCreditCode_j, listed_villageCode_j, listed_validFrom_j, listed_validTo_j) -> (
                        (
                          (
                            (
                              (
                                ifNull(listed_entry_j = contract_lessee_i, 0)
                                OR ifNull(listed_entryCreditCode_j = contract_lesseeCreditCode_i, 0)
                              )
                              AND ifNull(listed_villageCode_j = contract_villageCode_i, 0)
                            )
                            AND ((listed_validFrom_j IS NULL) OR ifNull(listed_validFrom_j <= contract_signedOn_i, 0))
                          )
                          AND ((listed_validTo_j IS NULL) OR ifNull(contract_signedOn_i <= listed_validTo_j, 0))
                        )
                        AND (
                          (listed_entryCreditCode_j IS NULL)
                          OR ifNull(listed_entryCreditCode_j = contract_lesseeCreditCode_i, 0)
                        )
                      ),
                      arrayMap(
                        (listed_places_j, listed_at_j) -> (toInt64(listed_places_j), toInt64(listed_at_j), toInt64(0)),
                        listed_places,
                        listed_at
                      ),
                      listed_entry,
                      listed_entryCreditCode,
                      listed_villageCode,
                      listed_validFrom,
                      listed_validTo
                    ),
                    contract_places,
                    contract_places,
                    contract_lessee,
                    contract_lesseeCreditCode,
                    contract_villageCode,
                    contract_signedOn
                  ) AS counted0,
                  arrayMap(
                    (contract_places_i, contract_places_i2, contract_lessee_i, contract_villageCode_i, contract_signedOn_i, contract_lesseeCreditCode_i) -> arrayFilter(
                      (x7, namesake_entry_j, namesake_villageCode_j, namesake_validFrom_j, namesake_validTo_j, namesake_entryCreditCode_j) -> (
                        (
                          (
                            (
                              ifNull(namesake_entry_j = contract_lessee_i, 0)
                              AND ifNull(namesake_villageCode_j = contract_villageCode_i, 0)
                            )
                            AND (
                              (namesake_validFrom_j IS NULL)
                              OR ifNull(namesake_validFrom_j <= contract_signedOn_i, 0)
                            )
                          )
                          AND ((namesake_validTo_j IS NULL) OR ifNull(contract_signedOn_i <= namesake_validTo_j, 0))
                        )
                        AND (NOT ifNull(namesake_entryCreditCode_j = contract_lesseeCreditCode_i, 0))
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
                    contract_places,
                    contract_places,
                    contract_lessee,
                    contract_villageCode,
                    contract_signedOn,
                    contract_lesseeCreditCode
                  ) AS counted1,
                  arrayMap(
                    (contract_places_i, contract_places_i2, contract_lessee_i, contract_lesseeCreditCode_i, contract_villageCode_i, contract_signedOn_i) -> arrayFilter(
                      (x7, listed_entry_j, listed_entryCreditCode_j, listed_villageCode_j, listed_validFrom_j, listed_validTo_j) -> (
                        (
                          (
                            (
                              (
                                ifNull(listed_entry_j = contract_lessee_i, 0)
                                OR ifNull(listed_entryCreditCode_j = contract_lesseeCreditCode_i, 0)
                              )
                              AND ifNull(listed_villageCode_j = contract_villageCode_i, 0)
                            )
                            AND ((listed_validFrom_j IS NULL) OR ifNull(listed_validFrom_j <= contract_signedOn_i, 0))
                          )
                          AND ((listed_validTo_j IS NULL) OR ifNull(contract_signedOn_i <= listed_validTo_j, 0))
                        )
                        AND (
                          (listed_entryCreditCode_j IS NULL)
                          OR ifNull(listed_entryCreditCode_j = contract_lesseeCreditCode_i, 0)
                        )
                      ),
                      arrayMap(
                        (listed_places_j, listed_at_j) -> (toInt64(listed_places_j), toInt64(listed_at_j), toInt64(0)),
                        listed_places,
                        listed_at
                      ),
                      listed_entry,
                      listed_entryCreditCode,
                      listed_villageCode,
                      listed_validFrom,
                      listed_validTo
                    ),
                    contract_places,
                    contract_places,
                    contract_lessee,
                    contract_lesseeCreditCode,
                    contract_villageCode,
                    contract_signedOn
                  ) AS counted2,
                  arrayMap(
                    (contract_places_i, contract_places_i2) -> arrayFilter(
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
                    contract_places,
                    contract_places
                  ) AS standing3
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS contract_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS contract_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS listed_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS listed_at,
                    arrayFilter((x, m) -> bitTest(m, 0), all_lessee_or_entry, all_marks) AS contract_lessee,
                    arrayFilter(
                      (x, m) -> bitTest(m, 0),
                      all_lesseeCreditCode_or_entryCreditCode,
                      all_marks
                    ) AS contract_lesseeCreditCode,
                    arrayFilter((x, m) -> bitTest(m, 1), all_lessee_or_entry, all_marks) AS listed_entry,
                    arrayFilter(
                      (x, m) -> bitTest(m, 1),
                      all_lesseeCreditCode_or_entryCreditCode,
                      all_marks
                    ) AS listed_entryCreditCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS contract_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_signedOn_or_validFrom, all_marks) AS contract_signedOn,
                    arrayFilter((x, m) -> bitTest(m, 1), all_villageCode, all_marks) AS listed_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 1), all_signedOn_or_validFrom, all_marks) AS listed_validFrom,
                    arrayFilter((x, m) -> bitTest(m, 1), all_validTo_or_totalFen, all_marks) AS listed_validTo,
                    arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS namesake_places,
                    arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS namesake_at,
                    arrayFilter((x, m) -> bitTest(m, 2), all_lessee_or_entry, all_marks) AS namesake_entry,
                    arrayFilter((x, m) -> bitTest(m, 2), all_villageCode, all_marks) AS namesake_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 2), all_signedOn_or_validFrom, all_marks) AS namesake_validFrom,
                    arrayFilter((x, m) -> bitTest(m, 2), all_validTo_or_totalFen, all_marks) AS namesake_validTo,
                    arrayFilter(
                      (x, m) -> bitTest(m, 2),
                      all_lesseeCreditCode_or_entryCreditCode,
                      all_marks
                    ) AS namesake_entryCreditCode,
                    arrayFilter((x, m) -> bitTest(m, 3), all_places, all_marks) AS uncoded_places,
                    arrayFilter((x, m) -> bitTest(m, 3), all_at, all_marks) AS uncoded_at,
                    arrayFilter((x, m) -> bitTest(m, 0), all_name, all_marks) AS contract_name,
                    arrayFilter((x, m) -> bitTest(m, 0), all_validTo_or_totalFen, all_marks) AS contract_totalFen,
                    arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS contract_townshipCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_assetId, all_marks) AS contract_assetId
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(
                        tupleElement(timeline, 11 /* cell_lessee_or_entry */),
                        1,
                        existing
                      ) AS all_lessee_or_entry,
                      arraySlice(
                        tupleElement(timeline, 12 /* cell_lesseeCreditCode_or_entryCreditCode */),
                        1,
                        existing
                      ) AS all_lesseeCreditCode_or_entryCreditCode,
                      arraySlice(tupleElement(timeline, 13 /* cell_villageCode */), 1, existing) AS all_villageCode,
                      arraySlice(
                        tupleElement(timeline, 9 /* cell_signedOn_or_validFrom */),
                        1,
                        existing
                      ) AS all_signedOn_or_validFrom,
                      arraySlice(
                        tupleElement(timeline, 10 /* cell_validTo_or_totalFen */),
                        1,
                        existing
                      ) AS all_validTo_or_totalFen,
                      arraySlice(tupleElement(timeline, 14 /* cell_name */), 1, existing) AS all_name,
                      arraySlice(tupleElement(timeline, 15 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
                      arraySlice(tupleElement(timeline, 16 /* cell_assetId */), 1, existing) AS all_assetId,
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
                          cell_signedOn_or_validFrom,
                          cell_validTo_or_totalFen,
                          cell_lessee_or_entry,
                          cell_lesseeCreditCode_or_entryCreditCode,
                          cell_villageCode,
                          cell_name,
                          cell_townshipCode,
                          cell_assetId
                        ))) AS timeline
                      FROM (
                        SELECT
                          assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(0 /* assets.contract */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(
                            if(ifNull(kind IN ({p0:String}, {p1:String}), 0), 1 /* contract */, 0)
                            + if(lesseeCreditCode IS NULL, 8 /* uncoded */, 0)
                          ) AS marks,
                          CAST(toInt32(signedOn), 'Nullable(Int64)') AS cell_signedOn_or_validFrom,
                          CAST(totalFen, 'Nullable(Int64)') AS cell_validTo_or_totalFen,
                          CAST(lessee, 'Nullable(String)') AS cell_lessee_or_entry,
                          CAST(lesseeCreditCode, 'Nullable(String)') AS cell_lesseeCreditCode_or_entryCreditCode,
                          CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                          CAST(name, 'Nullable(String)') AS cell_name,
                          CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                          CAST(assetId, 'Nullable(String)') AS cell_assetId
                        FROM cur_assets_contract FINAL
                        WHERE ((ifNull(kind IN ({p0:String}, {p1:String}), 0)) OR (lesseeCreditCode IS NULL))
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
                          any(r.cell_signedOn_or_validFrom) AS cell_signedOn_or_validFrom,
                          any(r.cell_validTo_or_totalFen) AS cell_validTo_or_totalFen,
                          any(r.cell_lessee_or_entry) AS cell_lessee_or_entry,
                          any(r.cell_lesseeCreditCode_or_entryCreditCode) AS cell_lesseeCreditCode_or_entryCreditCode,
                          any(r.cell_villageCode) AS cell_villageCode,
                          any(r.cell_name) AS cell_name,
                          any(r.cell_townshipCode) AS cell_townshipCode,
                          any(r.cell_assetId) AS cell_assetId
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
                            linked.cell_signedOn_or_validFrom AS cell_signedOn_or_validFrom,
                            linked.cell_validTo_or_totalFen AS cell_validTo_or_totalFen,
                            linked.cell_lessee_or_entry AS cell_lessee_or_entry,
                            linked.cell_lesseeCreditCode_or_entryCreditCode AS cell_lesseeCreditCode_or_entryCreditCode,
                            linked.cell_villageCode AS cell_villageCode,
                            linked.cell_name AS cell_name,
                            linked.cell_townshipCode AS cell_townshipCode,
                            linked.cell_assetId AS cell_assetId
                          FROM (
                            SELECT
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(1 /* directory.list-entry */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(list = {p2:String}, 0), 2 /* listed */, 0)) AS marks,
                              CAST(toInt32(validFrom), 'Nullable(Int64)') AS cell_signedOn_or_validFrom,
                              CAST(toInt32(validTo), 'Nullable(Int64)') AS cell_validTo_or_totalFen,
                              CAST(entry, 'Nullable(String)') AS cell_lessee_or_entry,
                              CAST(entryCreditCode, 'Nullable(String)') AS cell_lesseeCreditCode_or_entryCreditCode,
                              CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                              CAST(NULL, 'Nullable(String)') AS cell_name,
                              CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                              CAST(NULL, 'Nullable(String)') AS cell_assetId,
                              assumeNotNull(CAST(entry, 'Nullable(String)')) AS k0
                            FROM cur_directory_list_entry_by_entry FINAL
                            WHERE entry IS NOT NULL
                              AND ((ifNull(list = {p2:String}, 0)))
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(lessee, 'Nullable(String)')) AS k0
                            FROM cur_assets_contract FINAL
                            WHERE lessee IS NOT NULL
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
                            linked.cell_signedOn_or_validFrom AS cell_signedOn_or_validFrom,
                            linked.cell_validTo_or_totalFen AS cell_validTo_or_totalFen,
                            linked.cell_lessee_or_entry AS cell_lessee_or_entry,
                            linked.cell_lesseeCreditCode_or_entryCreditCode AS cell_lesseeCreditCode_or_entryCreditCode,
                            linked.cell_villageCode AS cell_villageCode,
                            linked.cell_name AS cell_name,
                            linked.cell_townshipCode AS cell_townshipCode,
                            linked.cell_assetId AS cell_assetId
                          FROM (
                            SELECT
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(1 /* directory.list-entry */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(list = {p2:String}, 0), 2 /* listed */, 0)) AS marks,
                              CAST(toInt32(validFrom), 'Nullable(Int64)') AS cell_signedOn_or_validFrom,
                              CAST(toInt32(validTo), 'Nullable(Int64)') AS cell_validTo_or_totalFen,
                              CAST(entry, 'Nullable(String)') AS cell_lessee_or_entry,
                              CAST(entryCreditCode, 'Nullable(String)') AS cell_lesseeCreditCode_or_entryCreditCode,
                              CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                              CAST(NULL, 'Nullable(String)') AS cell_name,
                              CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                              CAST(NULL, 'Nullable(String)') AS cell_assetId,
                              assumeNotNull(CAST(entryCreditCode, 'Nullable(String)')) AS k0
                            FROM cur_directory_list_entry FINAL
                            WHERE entryCreditCode IS NOT NULL
                              AND ((ifNull(list = {p2:String}, 0)))
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(lesseeCreditCode, 'Nullable(String)')) AS k0
                            FROM cur_assets_contract FINAL
                            WHERE lesseeCreditCode IS NOT NULL
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
                            linked.cell_signedOn_or_validFrom AS cell_signedOn_or_validFrom,
                            linked.cell_validTo_or_totalFen AS cell_validTo_or_totalFen,
                            linked.cell_lessee_or_entry AS cell_lessee_or_entry,
                            linked.cell_lesseeCreditCode_or_entryCreditCode AS cell_lesseeCreditCode_or_entryCreditCode,
                            linked.cell_villageCode AS cell_villageCode,
                            linked.cell_name AS cell_name,
                            linked.cell_townshipCode AS cell_townshipCode,
                            linked.cell_assetId AS cell_assetId
                          FROM (
                            SELECT
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(1 /* directory.list-entry */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(
                                ifNull(list = {p2:String}, 0) AND entryCreditCode IS NOT NULL,
                                4 /* namesake */,
                                0
                              )) AS marks,
                              CAST(toInt32(validFrom), 'Nullable(Int64)') AS cell_signedOn_or_validFrom,
                              CAST(toInt32(validTo), 'Nullable(Int64)') AS cell_validTo_or_totalFen,
                              CAST(entry, 'Nullable(String)') AS cell_lessee_or_entry,
                              CAST(entryCreditCode, 'Nullable(String)') AS cell_lesseeCreditCode_or_entryCreditCode,
                              CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                              CAST(NULL, 'Nullable(String)') AS cell_name,
                              CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                              CAST(NULL, 'Nullable(String)') AS cell_assetId,
                              assumeNotNull(CAST(entry, 'Nullable(String)')) AS k0
                            FROM cur_directory_list_entry_by_entry FINAL
                            WHERE entry IS NOT NULL
                              AND ((ifNull(list = {p2:String}, 0) AND entryCreditCode IS NOT NULL))
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(lessee, 'Nullable(String)')) AS k0
                            FROM cur_assets_contract FINAL
                            WHERE lessee IS NOT NULL
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
    WHERE hit OR due > 0
  )
)
