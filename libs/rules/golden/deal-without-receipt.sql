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
  toString(length(standing0[first])) AS contractCount_figure,
  toString(length(standing1[first])) AS receivedCount_figure,
  toString(arrayMap(
    (deal_dealtOn_i, deal_at_i) -> ifNull((deal_dealtOn_i) * 86400000 - 28800000, 0),
    deal_dealtOn,
    deal_at
  )[first]) AS startMs_figure,
  toString(all_villageCode_or_name[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0)[first]
  ))]) AS contractName_figure,
  toString(deal_annualFen[first]) AS annualFen_figure,
  toString(deal_dealtOn[first]) AS dealtOn_figure,
  toString(all_villageCode[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0)[first]
  ))]) AS villageCode_subject,
  toString(all_townshipCode[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0)[first]
  ))]) AS townshipCode_subject,
  toString(all_assetId[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0)[first]
  ))]) AS assetId_subject
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
      contractCount_figure,
      receivedCount_figure,
      startMs_figure,
      contractName_figure,
      annualFen_figure,
      dealtOn_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* deal */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* contract */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(deal_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* received */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
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
                  (w0) -> bitAnd(w0, 7) != 0 /* deal, contract, received */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                )
              )
            ),
            arrayMap(
              (x1) -> (tupleElement(x1, 4) + 1),
              arrayFilter(
                (met_i) -> (
                  ((tupleElement(met_i, 4) + 1) > {now:Int64})
                  AND (tupleElement(met_i, 4) < 9000000000000000)
                ),
                met
              )
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
                  (x1, deal_places_i, x3, subject_due_i) -> (
                    toInt64(x1),
                    toInt64(deal_places_i),
                    toInt64(x3),
                    toInt64(subject_due_i)
                  ),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap(
                      (deal_at_i, subject_due_i) -> greatest(deal_at_i, (subject_due_i + 1)),
                      deal_at,
                      subject_due
                    ),
                    arrayMap(
                      (standing0_i) -> if(
                        (length(standing0_i) >= {p0:Int64}),
                        toInt64(tupleElement(standing0_i[greatest({p0:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      standing0
                    )
                  ),
                  deal_places,
                  arrayEnumerate(deal_at),
                  subject_due
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (subject_limit_i, subject_day_i) -> if(
                    (subject_limit_i < 0),
                    toInt64(9000000000000000),
                    toInt64(ifNull((((subject_day_i + subject_limit_i)) + 1) * 86400000 - 28800000, 0))
                  ),
                  subject_limit,
                  subject_day
                ) AS subject_due
              FROM (
                SELECT *,
                  arrayMap(
                    (subject_limit_i, x2) -> if((subject_limit_i < 0), toInt64(0), toInt64(x2)),
                    subject_limit,
                    arrayMap(
                      (deal_at_i, deal_dealtOn_i, deal_villageCode_i) -> ifNull(deal_dealtOn_i, 0),
                      deal_at,
                      deal_dealtOn,
                      deal_villageCode
                    )
                  ) AS subject_day,
                  arrayMap(
                    (x1, x2) -> (x1 AND x2),
                    arrayMap((standing0_i) -> (length(standing0_i) >= {p0:Int64}), standing0),
                    arrayMap((standing1_i) -> (NOT notEmpty(standing1_i)), standing1)
                  ) AS holds
                FROM (
                  SELECT *,
                    arrayMap(
                      (deal_at_i, deal_dealtOn_i, deal_villageCode_i) -> toInt64(ifNull(
                        if(deal_dealtOn_i IS NULL, NULL, {p2:Int64}),
                        -1
                      )),
                      deal_at,
                      deal_dealtOn,
                      deal_villageCode
                    ) AS subject_limit,
                    arrayMap(
                      (deal_places_i, deal_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (contract_places_j, contract_at_j) -> (
                            toInt64(contract_places_j),
                            toInt64(contract_at_j),
                            toInt64(0)
                          ),
                          contract_places,
                          contract_at
                        )
                      ),
                      deal_places,
                      deal_places
                    ) AS standing0,
                    arrayMap(
                      (deal_places_i, deal_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (received_places_j, received_at_j) -> (
                            toInt64(received_places_j),
                            toInt64(received_at_j),
                            toInt64(0)
                          ),
                          received_places,
                          received_at
                        )
                      ),
                      deal_places,
                      deal_places
                    ) AS standing1
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS deal_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS deal_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS contract_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS contract_at,
                      arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS received_places,
                      arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS received_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_dealtOn, all_marks) AS deal_dealtOn,
                      arrayFilter((x, m) -> bitTest(m, 0), all_villageCode_or_name, all_marks) AS deal_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_annualFen, all_marks) AS deal_annualFen
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(tupleElement(timeline, 9 /* cell_dealtOn */), 1, existing) AS all_dealtOn,
                        arraySlice(
                          tupleElement(timeline, 11 /* cell_villageCode_or_name */),
                          1,
                          existing
                        ) AS all_villageCode_or_name,
                        arraySlice(tupleElement(timeline, 10 /* cell_annualFen */), 1, existing) AS all_annualFen,
                        arraySlice(tupleElement(timeline, 12 /* cell_villageCode */), 1, existing) AS all_villageCode,
                        arraySlice(tupleElement(timeline, 13 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
                        arraySlice(tupleElement(timeline, 14 /* cell_assetId */), 1, existing) AS all_assetId,
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
                            cell_dealtOn,
                            cell_annualFen,
                            cell_villageCode_or_name,
                            cell_villageCode,
                            cell_townshipCode,
                            cell_assetId
                          ))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(2 /* trading.deal */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(1 /* deal */) AS marks,
                            CAST(toInt32(dealtOn), 'Nullable(Int64)') AS cell_dealtOn,
                            CAST(annualFen, 'Nullable(Int64)') AS cell_annualFen,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode_or_name,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                            CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_assetId
                          FROM cur_trading_deal_by_contractId FINAL
                          WHERE contractId IS NOT NULL
                          UNION ALL
                          SELECT
                            assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0 /* assets.contract */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(2 /* contract */) AS marks,
                            CAST(NULL, 'Nullable(Int64)') AS cell_dealtOn,
                            CAST(NULL, 'Nullable(Int64)') AS cell_annualFen,
                            CAST(name, 'Nullable(String)') AS cell_villageCode_or_name,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                            CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                            CAST(assetId, 'Nullable(String)') AS cell_assetId
                          FROM cur_assets_contract FINAL
                          UNION ALL
                          SELECT
                            assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(1 /* assets.payment */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(ifNull(direction = {p1:String}, 0), 4 /* received */, 0)) AS marks,
                            CAST(NULL, 'Nullable(Int64)') AS cell_dealtOn,
                            CAST(NULL, 'Nullable(Int64)') AS cell_annualFen,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode_or_name,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                            CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_assetId
                          FROM cur_assets_payment_by_contractId FINAL
                          WHERE contractId IS NOT NULL
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
    )
    WHERE hit OR due > 0
  )
)
