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
  toString(length(standing0[first])) AS receivedCount_figure,
  toString(arraySum(tupleElement(standing0[first], 3))) AS receivedSum_figure,
  toString(length(standing1[first])) AS assetInUseCount_figure,
  toString(arrayMap(
    (receivable_dueOn_i, receivable_at_i) -> ifNull((receivable_dueOn_i) * 86400000 - 28800000, 0),
    receivable_dueOn,
    receivable_at
  )[first]) AS startMs_figure,
  toString(receivable_amountFen[first]) AS amountFen_figure,
  toString(receivable_dueOn[first]) AS dueOn_figure,
  toString(all_assetId_or_name[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1)[first]
  ))]) AS assetName_figure,
  toString(receivable_contractId[first]) AS contractId_subject,
  toString(receivable_assetId[first]) AS assetId_subject,
  toString(receivable_villageCode[first]) AS villageCode_subject,
  toString(receivable_townshipCode[first]) AS townshipCode_subject
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
      receivedCount_figure,
      receivedSum_figure,
      assetInUseCount_figure,
      startMs_figure,
      amountFen_figure,
      dueOn_figure,
      assetName_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      contractId_subject,
      assetId_subject,
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* receivable */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* received */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(receivable_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* assetInUse */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
              arrayEnumerate(receivable_at)
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
                      (w0) -> bitAnd(w0, 1) != 0 /* receivable */,
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
              ),
              arrayFilter(
                (x1, x2, x3) -> (
                  x2
                  AND arrayExists(
                    (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* receivable */, tupleElement(timeline, 8 /* marks */)),
                    tupleElement(timeline, 11 /* cell_receivableId_or_assetId */)
                  )
                ),
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 2) != 0 /* received */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                ),
                arraySlice(tupleElement(timeline, 11 /* cell_receivableId_or_assetId */), existing + 1)
              )
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* receivable */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 12 /* cell_assetId_or_name */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 4) != 0 /* assetInUse */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_receivableId_or_assetId */), existing + 1)
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
                  (x1, receivable_places_i, x3, subject_due_i) -> (
                    toInt64(x1),
                    toInt64(receivable_places_i),
                    toInt64(x3),
                    toInt64(subject_due_i)
                  ),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap(
                      (receivable_at_i, subject_due_i) -> greatest(receivable_at_i, (subject_due_i + 1)),
                      receivable_at,
                      subject_due
                    ),
                    arrayMap(
                      (standing1_i) -> if(
                        (length(standing1_i) >= {p3:Int64}),
                        toInt64(tupleElement(standing1_i[greatest({p3:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      standing1
                    )
                  ),
                  receivable_places,
                  arrayEnumerate(receivable_at),
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
                      (receivable_at_i, receivable_dueOn_i, receivable_villageCode_i) -> ifNull(receivable_dueOn_i, 0),
                      receivable_at,
                      receivable_dueOn,
                      receivable_villageCode
                    )
                  ) AS subject_day,
                  arrayMap(
                    (x1, x2) -> (x1 AND x2),
                    arrayMap(
                      (standing0_i, receivable_amountFen_i) -> ifNull(
                        toInt128(arraySum(tupleElement(
                          standing0_i,
                          3
                        ))) * 100 < toInt128(receivable_amountFen_i) * {p1:Int64},
                        0
                      ),
                      standing0,
                      receivable_amountFen
                    ),
                    arrayMap((standing1_i) -> (length(standing1_i) >= {p3:Int64}), standing1)
                  ) AS holds
                FROM (
                  SELECT *,
                    arrayMap(
                      (
                        receivable_at_i,
                        receivable_dueOn_i,
                        receivable_villageCode_i
                      ) -> toInt64(ifNull(if(receivable_dueOn_i IS NULL, NULL, {p4:Int64}), -1)),
                      receivable_at,
                      receivable_dueOn,
                      receivable_villageCode
                    ) AS subject_limit,
                    arrayMap(
                      (receivable_places_i, receivable_places_i2, receivable_assetId_i) -> arrayFilter(
                        (x4, assetInUse_assetId_j) -> ifNull(assetInUse_assetId_j = receivable_assetId_i, 0),
                        arrayMap(
                          (assetInUse_places_j, assetInUse_at_j) -> (
                            toInt64(assetInUse_places_j),
                            toInt64(assetInUse_at_j),
                            toInt64(0)
                          ),
                          assetInUse_places,
                          assetInUse_at
                        ),
                        assetInUse_assetId
                      ),
                      receivable_places,
                      receivable_places,
                      receivable_assetId
                    ) AS standing1,
                    arrayMap(
                      (receivable_places_i, receivable_places_i2, receivable_receivableId_i) -> arrayFilter(
                        (x4, received_receivableId_j) -> ifNull(received_receivableId_j = receivable_receivableId_i, 0),
                        arrayMap(
                          (received_places_j, received_at_j, received_amountFen_j) -> (
                            toInt64(received_places_j),
                            toInt64(received_at_j),
                            toInt64(ifNull(received_amountFen_j, 0))
                          ),
                          received_places,
                          received_at,
                          received_amountFen
                        ),
                        received_receivableId
                      ),
                      receivable_places,
                      receivable_places,
                      receivable_receivableId
                    ) AS standing0
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS receivable_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS receivable_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS received_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS received_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_amountFen, all_marks) AS received_amountFen,
                      arrayFilter(
                        (x, m) -> bitTest(m, 0),
                        all_receivableId_or_assetId,
                        all_marks
                      ) AS receivable_receivableId,
                      arrayFilter(
                        (x, m) -> bitTest(m, 1),
                        all_receivableId_or_assetId,
                        all_marks
                      ) AS received_receivableId,
                      arrayFilter((x, m) -> bitTest(m, 0), all_amountFen, all_marks) AS receivable_amountFen,
                      arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS assetInUse_places,
                      arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS assetInUse_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_assetId_or_name, all_marks) AS receivable_assetId,
                      arrayFilter(
                        (x, m) -> bitTest(m, 2),
                        all_receivableId_or_assetId,
                        all_marks
                      ) AS assetInUse_assetId,
                      arrayFilter((x, m) -> bitTest(m, 0), all_dueOn, all_marks) AS receivable_dueOn,
                      arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS receivable_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_contractId, all_marks) AS receivable_contractId,
                      arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS receivable_townshipCode
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(tupleElement(timeline, 9 /* cell_amountFen */), 1, existing) AS all_amountFen,
                        arraySlice(
                          tupleElement(timeline, 11 /* cell_receivableId_or_assetId */),
                          1,
                          existing
                        ) AS all_receivableId_or_assetId,
                        arraySlice(
                          tupleElement(timeline, 12 /* cell_assetId_or_name */),
                          1,
                          existing
                        ) AS all_assetId_or_name,
                        arraySlice(tupleElement(timeline, 10 /* cell_dueOn */), 1, existing) AS all_dueOn,
                        arraySlice(tupleElement(timeline, 13 /* cell_villageCode */), 1, existing) AS all_villageCode,
                        arraySlice(tupleElement(timeline, 14 /* cell_contractId */), 1, existing) AS all_contractId,
                        arraySlice(tupleElement(timeline, 15 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
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
                            cell_dueOn,
                            cell_receivableId_or_assetId,
                            cell_assetId_or_name,
                            cell_villageCode,
                            cell_contractId,
                            cell_townshipCode
                          ))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(receivableId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(2 /* assets.receivable */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(1 /* receivable */) AS marks,
                            CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                            CAST(toInt32(dueOn), 'Nullable(Int64)') AS cell_dueOn,
                            CAST(receivableId, 'Nullable(String)') AS cell_receivableId_or_assetId,
                            CAST(assetId, 'Nullable(String)') AS cell_assetId_or_name,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                            CAST(contractId, 'Nullable(String)') AS cell_contractId,
                            CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                          FROM cur_assets_receivable FINAL
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
                            linked.cell_dueOn AS cell_dueOn,
                            linked.cell_receivableId_or_assetId AS cell_receivableId_or_assetId,
                            linked.cell_assetId_or_name AS cell_assetId_or_name,
                            linked.cell_villageCode AS cell_villageCode,
                            linked.cell_contractId AS cell_contractId,
                            linked.cell_townshipCode AS cell_townshipCode
                          FROM (
                            SELECT
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(1 /* assets.payment */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(direction = {p0:String}, 0), 2 /* received */, 0)) AS marks,
                              CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                              CAST(NULL, 'Nullable(Int64)') AS cell_dueOn,
                              CAST(receivableId, 'Nullable(String)') AS cell_receivableId_or_assetId,
                              CAST(NULL, 'Nullable(String)') AS cell_assetId_or_name,
                              CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                              CAST(NULL, 'Nullable(String)') AS cell_contractId,
                              CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                              assumeNotNull(CAST(receivableId, 'Nullable(String)')) AS k0
                            FROM cur_assets_payment_by_receivableId FINAL
                            WHERE receivableId IS NOT NULL
                              AND ((ifNull(direction = {p0:String}, 0)))
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(receivableId, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(receivableId, 'Nullable(String)')) AS k0
                            FROM cur_assets_receivable FINAL
                            WHERE receivableId IS NOT NULL
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
                            linked.cell_amountFen AS cell_amountFen,
                            linked.cell_dueOn AS cell_dueOn,
                            linked.cell_receivableId_or_assetId AS cell_receivableId_or_assetId,
                            linked.cell_assetId_or_name AS cell_assetId_or_name,
                            linked.cell_villageCode AS cell_villageCode,
                            linked.cell_contractId AS cell_contractId,
                            linked.cell_townshipCode AS cell_townshipCode
                          FROM (
                            SELECT
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(0 /* assets.asset */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(inUse = {p2:Bool}, 0), 4 /* assetInUse */, 0)) AS marks,
                              CAST(NULL, 'Nullable(Int64)') AS cell_amountFen,
                              CAST(NULL, 'Nullable(Int64)') AS cell_dueOn,
                              CAST(assetId, 'Nullable(String)') AS cell_receivableId_or_assetId,
                              CAST(name, 'Nullable(String)') AS cell_assetId_or_name,
                              CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                              CAST(NULL, 'Nullable(String)') AS cell_contractId,
                              CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                              assumeNotNull(CAST(assetId, 'Nullable(String)')) AS k0
                            FROM cur_assets_asset FINAL
                            WHERE assetId IS NOT NULL
                              AND ((ifNull(inUse = {p2:Bool}, 0)))
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(receivableId, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(assetId, 'Nullable(String)')) AS k0
                            FROM cur_assets_receivable FINAL
                            WHERE assetId IS NOT NULL
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
    )
    WHERE hit OR due > 0
  )
)
