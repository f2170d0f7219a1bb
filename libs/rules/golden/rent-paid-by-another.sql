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
  toString(length(counted0[first])) AS paidCount_figure,
  toString(0) AS startMs_figure,
  toString(contract_name[first]) AS contractName_figure,
  toString(all_name_or_voucherId[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS voucherId_figure,
  toString(all_amountFen[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS paidFen_figure,
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
      paidCount_figure,
      startMs_figure,
      contractName_figure,
      voucherId_figure,
      paidFen_figure
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
            p -> (toUInt32(p), toUInt8(1 /* paid */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
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
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 3) != 0 /* contract, paid */,
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
                  (x1, contract_places_i, x3, x4) -> (
                    toInt64(x1),
                    toInt64(contract_places_i),
                    toInt64(x3),
                    toInt64(x4)
                  ),
                  arrayMap(
                    (contract_at_i, x2) -> greatest(contract_at_i, x2),
                    contract_at,
                    arrayMap(
                      (counted0_i) -> if(
                        (length(counted0_i) >= {p3:Int64}),
                        toInt64(tupleElement(counted0_i[greatest({p3:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      counted0
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
                arrayMap((counted0_i) -> (length(counted0_i) >= {p3:Int64}), counted0) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (standing0_i, contract_lessee_i) -> arrayFilter(
                      (standing0_j) -> (NOT ifNull(
                        all_lessee_or_counterparty[tupleElement(standing0_j, 1)] = contract_lessee_i,
                        0
                      )),
                      standing0_i
                    ),
                    standing0,
                    contract_lessee
                  ) AS counted0
                FROM (
                  SELECT *,
                    arrayMap(
                      (contract_places_i, contract_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (paid_places_j, paid_at_j) -> (toInt64(paid_places_j), toInt64(paid_at_j), toInt64(0)),
                          paid_places,
                          paid_at
                        )
                      ),
                      contract_places,
                      contract_places
                    ) AS standing0
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS contract_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS contract_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS paid_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS paid_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_lessee_or_counterparty, all_marks) AS contract_lessee,
                      arrayFilter((x, m) -> bitTest(m, 0), all_name_or_voucherId, all_marks) AS contract_name,
                      arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS contract_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS contract_townshipCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_assetId, all_marks) AS contract_assetId
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(
                          tupleElement(timeline, 10 /* cell_lessee_or_counterparty */),
                          1,
                          existing
                        ) AS all_lessee_or_counterparty,
                        arraySlice(
                          tupleElement(timeline, 11 /* cell_name_or_voucherId */),
                          1,
                          existing
                        ) AS all_name_or_voucherId,
                        arraySlice(tupleElement(timeline, 9 /* cell_amountFen */), 1, existing) AS all_amountFen,
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
                            cell_amountFen,
                            cell_lessee_or_counterparty,
                            cell_name_or_voucherId,
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
                            toUInt8(0 /* assets.contract */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(ifNull(kind IN ({p0:String}, {p1:String}), 0), 1 /* contract */, 0)) AS marks,
                            CAST(NULL, 'Nullable(Int64)') AS cell_amountFen,
                            CAST(lessee, 'Nullable(String)') AS cell_lessee_or_counterparty,
                            CAST(name, 'Nullable(String)') AS cell_name_or_voucherId,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                            CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                            CAST(assetId, 'Nullable(String)') AS cell_assetId
                          FROM cur_assets_contract FINAL
                          WHERE ((ifNull(kind IN ({p0:String}, {p1:String}), 0)))
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
                            toUInt64(if(
                              ifNull(direction = {p2:String}, 0) AND counterparty IS NOT NULL,
                              2 /* paid */,
                              0
                            )) AS marks,
                            CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                            CAST(counterparty, 'Nullable(String)') AS cell_lessee_or_counterparty,
                            CAST(voucherId, 'Nullable(String)') AS cell_name_or_voucherId,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                            CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_assetId
                          FROM cur_assets_payment_by_contractId FINAL
                          WHERE contractId IS NOT NULL
                            AND ((ifNull(direction = {p2:String}, 0) AND counterparty IS NOT NULL))
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
