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
  toString(0) AS startMs_figure,
  toString(paid_amountFen[first]) AS amountFen_figure,
  toString(paid_villageCode[first]) AS villageCode_subject,
  toString(paid_townshipCode[first]) AS townshipCode_subject
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
      startMs_figure,
      amountFen_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      villageCode_subject,
      townshipCode_subject
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* paid */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* contract */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(paid_at)
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
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 1) != 0 /* paid */,
                    arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                  )
                )
              ),
              CAST([], 'Array(Int64)')
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* paid */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 10 /* cell_contractId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* contract */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 10 /* cell_contractId */), existing + 1)
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
                  (x1, paid_places_i, x3, x4) -> (toInt64(x1), toInt64(paid_places_i), toInt64(x3), toInt64(x4)),
                  arrayMap(
                    (paid_at_i, x2) -> greatest(paid_at_i, x2),
                    paid_at,
                    arrayMap(
                      (standing0_i) -> if(
                        (length(standing0_i) >= {p1:Int64}),
                        toInt64(tupleElement(standing0_i[greatest({p1:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      standing0
                    )
                  ),
                  paid_places,
                  arrayEnumerate(paid_at),
                  arrayMap((paid_at_i) -> 0, paid_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, paid_places_i) -> (x1 AND (paid_places_i > 0)),
                  arrayMap((standing0_i) -> (length(standing0_i) >= {p1:Int64}), standing0),
                  paid_places
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (paid_places_i, paid_places_i2, paid_contractId_i) -> arrayFilter(
                      (x4, contract_contractId_j) -> (
                        ifNull(contract_contractId_j = paid_contractId_i, 0)
                        AND ((paid_places_i > 0) AND (tupleElement(x4, 1) > paid_places_i))
                      ),
                      arrayMap(
                        (contract_places_j, contract_at_j) -> (
                          toInt64(contract_places_j),
                          toInt64(contract_at_j),
                          toInt64(0)
                        ),
                        contract_places,
                        contract_at
                      ),
                      contract_contractId
                    ),
                    paid_places,
                    paid_places,
                    paid_contractId
                  ) AS standing0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS paid_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS paid_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS contract_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS contract_at,
                    arrayFilter((x, m) -> bitTest(m, 0), all_contractId, all_marks) AS paid_contractId,
                    arrayFilter((x, m) -> bitTest(m, 1), all_contractId, all_marks) AS contract_contractId,
                    arrayFilter((x, m) -> bitTest(m, 0), all_amountFen, all_marks) AS paid_amountFen,
                    arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS paid_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS paid_townshipCode
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 10 /* cell_contractId */), 1, existing) AS all_contractId,
                      arraySlice(tupleElement(timeline, 9 /* cell_amountFen */), 1, existing) AS all_amountFen,
                      arraySlice(tupleElement(timeline, 11 /* cell_villageCode */), 1, existing) AS all_villageCode,
                      arraySlice(tupleElement(timeline, 12 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
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
                          cell_contractId,
                          cell_villageCode,
                          cell_townshipCode
                        ))) AS timeline
                      FROM (
                        SELECT
                          concat(
                            replaceAll(
                              replaceAll(assumeNotNull(CAST(contractId, 'Nullable(String)')), '%', '%25'),
                              '|',
                              '%7C'
                            ),
                            '|',
                            replaceAll(
                              replaceAll(assumeNotNull(CAST(voucherId, 'Nullable(String)')), '%', '%25'),
                              '|',
                              '%7C'
                            )
                          ) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(1 /* assets.payment */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(if(ifNull(direction = {p0:String}, 0), 1 /* paid */, 0)) AS marks,
                          CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                          CAST(contractId, 'Nullable(String)') AS cell_contractId,
                          CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                          CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                        FROM cur_assets_payment_by_contractId FINAL
                        WHERE contractId IS NOT NULL
                          AND ((ifNull(direction = {p0:String}, 0)))
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
                          linked.cell_amountFen AS cell_amountFen,
                          linked.cell_contractId AS cell_contractId,
                          linked.cell_villageCode AS cell_villageCode,
                          linked.cell_townshipCode AS cell_townshipCode
                        FROM (
                          SELECT
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0 /* assets.contract */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(2 /* contract */) AS marks,
                            CAST(NULL, 'Nullable(Int64)') AS cell_amountFen,
                            CAST(contractId, 'Nullable(String)') AS cell_contractId,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                            CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                            assumeNotNull(CAST(contractId, 'Nullable(String)')) AS k0
                          FROM cur_assets_contract FINAL
                          WHERE contractId IS NOT NULL
                        ) AS linked
                        INNER JOIN (
                          SELECT DISTINCT
                            concat(
                              replaceAll(
                                replaceAll(assumeNotNull(CAST(contractId, 'Nullable(String)')), '%', '%25'),
                                '|',
                                '%7C'
                              ),
                              '|',
                              replaceAll(
                                replaceAll(assumeNotNull(CAST(voucherId, 'Nullable(String)')), '%', '%25'),
                                '|',
                                '%7C'
                              )
                            ) AS scope,
                            assumeNotNull(CAST(contractId, 'Nullable(String)')) AS k0
                          FROM cur_assets_payment_by_contractId FINAL
                          WHERE contractId IS NOT NULL
                            AND contractId IS NOT NULL
                        ) AS subjects ON linked.k0 = subjects.k0
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
